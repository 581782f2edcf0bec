"""R5.9, R6.4: the service office keeps the record of broken commitments and repairs it, with a reason."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from permits.files.sample_files import sample_pdf
from permits.models import BreachRecord
from permits.promises import breaches
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


def learned(**changed: object) -> dict[str, object]:
    """What the credit platform says, as it is typed."""
    scan = SimpleUploadedFile("决定.pdf", sample_pdf("breach", "决定").content, "application/pdf")
    return {
        "uscc": people.USCC.lower(),
        "about": "食品经营许可，未按承诺设置洗消间",
        "source": "上海市公共信用信息服务平台",
        "number": "沪信〔2025〕13号",
        "decided_on": "２０２５年３月１日",
        "proof": scan,
        **changed,
    }


def test_r5_9_what_the_credit_platform_says_is_recorded_with_its_proof(db: None, cast: Cast, client: Client) -> None:
    people.enterprise(cast.shopkeeper)
    client.force_login(cast.service_office)
    new = reverse("workflows:breach_new")
    assert new in client.get(reverse("workflows:breaches")).text
    answer = client.post(new, learned())
    made = BreachRecord.objects.get()
    assert answer.url == reverse("workflows:breach", args=[made.pk])
    assert (made.number, str(made.decided_on)) == ("沪信〔2025〕13号", "2025-03-01")
    entry = AuditEntry.objects.get(act="breach_recorded")
    assert entry.facts["proof_sha256"] == made.proof_sha256 != ""
    scan = client.get(reverse("workflows:breach_proof", args=[made.pk]))
    assert scan["Content-Type"] == "application/pdf"
    assert breaches.unrepaired(made.enterprise_id) == [made]
    again = client.post(new, learned())
    assert again.status_code == 422
    assert "已经登记过" in again.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"uscc": "123"}, "应为 18 位"),
        ({"uscc": "91310105MA1FW00399"}, "统一社会信用代码"),
        ({"decided_on": "2199-01-01"}, "不能晚于今天"),
        ({"decided_on": "昨天"}, "请按“年-月-日”"),
        ({"about": "……"}, "请写明理由"),
        ({"proof": ""}, "请上传认定文书"),
        ({"number": ""}, "请填写认定文书文号"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    db: None, cast: Cast, client: Client, wrong: dict[str, str], words: str
) -> None:
    people.enterprise(cast.shopkeeper)
    client.force_login(cast.service_office)
    answer = client.post(reverse("workflows:breach_new"), learned(**wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert not BreachRecord.objects.exists()


def test_only_the_service_office_records(breach: BreachRecord, cast: Cast, client: Client) -> None:
    for user in (cast.shopkeeper, cast.clerk, cast.administrator):
        client.force_login(user)
        assert client.post(reverse("workflows:breach_new"), learned()).status_code == 403
    assert client.get(reverse("workflows:breach_proof", args=[breach.pk])).status_code == 404, "it came without one"


@pytest.mark.parametrize("page", ["breaches", "breach_new"])
def test_r6_11_the_pages_say_that_a_breach_rules_tolerance_out_too(
    db: None, cast: Cast, client: Client, page: str
) -> None:
    client.force_login(cast.service_office)
    assert "不适用容缺受理" in client.get(reverse(f"workflows:{page}")).text
