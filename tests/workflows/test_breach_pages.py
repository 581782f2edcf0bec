"""R6.4: the service office keeps the record of broken commitments and repairs it, with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from permits import breaches
from permits.models import BreachRecord
from tests import people
from tests.people import Cast
from tests.workflows.conftest import MONDAY


@pytest.fixture
def breach(db: None, cast: Cast) -> BreachRecord:
    return breaches.record(
        people.enterprise(cast.shopkeeper),
        about="消防安全承诺",
        source="沪信〔2025〕12号",
        decided_on=MONDAY.date(),
        actor=cast.actor(cast.service_office),
        at=MONDAY,
    )


def test_r6_4_the_service_office_repairs_with_a_reason(breach: BreachRecord, cast: Cast, client: Client) -> None:
    client.force_login(cast.service_office)
    assert "未修复" in client.get(reverse("workflows:breaches")).content.decode()
    address = reverse("workflows:breach", args=[breach.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "整改完成，准予修复"}).status_code == 302
    assert "准予修复" in client.get(address).content.decode()
    assert client.post(address, {"reason": "再次"}).status_code == 409
    assert not BreachRecord.objects.unrepaired().exists()


def test_others_neither_read_nor_repair(breach: BreachRecord, cast: Cast, client: Client) -> None:
    address = reverse("workflows:breach", args=[breach.pk])
    assert client.get(address).status_code == 302
    for user in (cast.shopkeeper, cast.clerk, cast.officer("dept_fire")):
        client.force_login(user)
        assert client.get(address).status_code == 403
        assert client.get(reverse("workflows:breaches")).status_code == 403
    client.force_login(cast.administrator)
    assert "登记修复" not in client.get(address).content.decode()
    assert client.post(address, {"reason": "整改完成"}).status_code == 409
