"""Pages that belong to no room, and what every page carries."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["accessibility", "contact"])
def test_the_footer_leads_to_the_site_s_own_pages(name: str) -> None:
    page = Client().get(reverse(name))
    assert page.status_code == 200
    assert f'href="{reverse(name)}"' in page.content.decode()


@pytest.mark.django_db
def test_the_footer_leads_to_the_source(settings) -> None:
    assert "源代码" not in Client().get(reverse("contact")).content.decode()
    settings.SOURCE_URL = "https://source.example/one-licence"
    assert 'href="https://source.example/one-licence"' in Client().get(reverse("contact")).content.decode()


@pytest.mark.django_db
def test_a_form_that_is_too_old_gets_our_own_page() -> None:
    page = Client(enforce_csrf_checks=True).post(reverse("accounts:sign_in"), {})
    assert page.status_code == 403
    assert "页面已过期" in page.content.decode()


@pytest.mark.django_db
def test_a_request_with_too_many_fields_gets_our_own_page(client: Client) -> None:
    answer = client.post("/sign-in/", {f"x{n}": "1" for n in range(6000)})
    assert answer.status_code == 400
    assert "这次提交没有被接受" in answer.content.decode()
