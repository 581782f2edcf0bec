"""R2.14: whoever is turned away at the counter stands on record, and the service office looks at it again."""

import pytest
from django.test import Client
from django.utils import timezone

from audit.violations import RuleViolation
from permits.at_counter import refusals
from permits.models import TakingRefusal
from tests.people import Cast

PAGE = "/refused-filings/"
GIVEN = {"who": "王小店", "what": "便利店", "ground": "not_needed", "reason": "只卖文具，依法不需要许可"}


@pytest.mark.each_database
def test_r2_14_a_refusal_is_recorded_and_reviewed(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    assert client.post(PAGE, GIVEN | {"ground": ""}).status_code == 422
    assert client.post(PAGE, GIVEN).status_code == 302
    refusal = TakingRefusal.objects.get()
    assert (refusal.state, refusal.audit_length) == ("recorded", 1)
    client.force_login(cast.service_office)
    assert "王小店" in client.get(PAGE).content.decode()
    found = {"stands": "no", "finding": "兼营食品，应当收件"}
    assert client.get(f"{PAGE}{refusal.pk}/").status_code == 200
    assert client.post(f"{PAGE}{refusal.pk}/", found).status_code == 302
    assert client.post(f"{PAGE}{refusal.pk}/", found).status_code == 409
    assert TakingRefusal.objects.get().state == "overturned"


def test_r2_14_without_a_ground_a_filing_is_taken(cast: Cast) -> None:
    for ground, actor in (("tired", cast.clerk), ("not_needed", cast.shopkeeper)):
        with pytest.raises(RuleViolation):
            refusals.refuse_to_take(**GIVEN | {"ground": ground}, actor=cast.actor(actor), at=timezone.now())
    assert not TakingRefusal.objects.exists()


def test_it_is_no_business_of_others(cast: Cast, client: Client) -> None:
    for user in (cast.shopkeeper, cast.officer("dept_mrb")):
        client.force_login(user)
        assert client.get(PAGE).status_code == 403
