"""A session that ends while somebody is typing loses nothing, and gives nothing to anybody else."""

from django.test import Client
from django.urls import reverse

from accounts.models import User
from permits.merged_form.entries import digest
from permits.models import Case
from tests.people import Cast

TYPED = {"shown-f_use_area": digest(None), "f_use_area": "66.5"}


def test_what_was_typed_survives_the_end_of_the_session(draft: Case, cast: Cast) -> None:
    browser, url = Client(), reverse("permits:form_section", args=[draft.key, "premises"])
    answer = browser.post(url, TYPED)
    assert answer.url == f"{reverse('accounts:sign_in')}?next={url}"
    assert "登录已过期" in browser.get(answer.url).text
    browser.force_login(cast.shopkeeper)
    browser.get(url)
    assert draft.entries.get(field="f_use_area").value == 66.5
    assert "unsaved" not in browser.session


def test_what_was_typed_is_not_saved_into_a_strangers_case(draft: Case, cast: Cast) -> None:
    browser, url = Client(), reverse("permits:form_section", args=[draft.key, "premises"])
    browser.post(url, TYPED)
    browser.force_login(User.objects.create_user("stranger", password="x", role=User.Role.APPLICANT))
    assert browser.get(url).status_code == 404
    assert not draft.entries.filter(field="f_use_area").exists()
