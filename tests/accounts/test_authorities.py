"""Powers of attorney: who gives and takes them back, what they carry, until when (R2.16)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from accounts import authorities
from accounts.authorities import Agent, grant, letter_text, revoke, scanned, signed
from accounts.models import Authority, Enterprise, Lack, User
from audit.models import AuditEntry
from audit.verify import verify
from audit.violations import RuleViolation
from tests import people
from tests.people import Cast
from tests.workflows.conftest import MONDAY

TODAY = MONDAY.date()
UNTIL = TODAY + timedelta(days=30)
ID = "11010519491231002X"


@pytest.fixture
def agent(db: None) -> User:
    return people.person("agent", User.Role.APPLICANT, display_name="陈代办")


@pytest.fixture
def shop(cast: Cast) -> Enterprise:
    return people.enterprise(cast.shopkeeper)


def give(cast: Cast, enterprise: Enterprise, who: Agent, **changed: Any) -> Authority:
    facts: dict[str, Any] = {"acts": ["file", "supplement"], "until": UNTIL, "actor": cast.actor(cast.shopkeeper)}
    facts |= {"proof": signed("授权委托书", "王小店"), "at": MONDAY} | changed
    return grant(enterprise=enterprise, agent=who, **facts)


def test_r2_16_the_representative_authorises_an_account(cast: Cast, shop: Enterprise, agent: User) -> None:
    authority = give(cast, shop, Agent("陈代办", agent))
    assert (authority.since, authority.until, authority.acts) == (TODAY, UNTIL, ["file", "supplement"])
    assert authority.act_words == "填写并提交申请、补正材料"
    entry = AuditEntry.objects.get(act="authority_granted")
    assert entry.facts["sha256"] == authority.sha256_stored
    assert verify() is None
    assert authorities.enterprises_open_to(agent, "file", UNTIL) == [shop]
    assert authorities.enterprises_open_to(agent, "withdraw", UNTIL) == []
    assert authorities.enterprises_open_to(agent, "file", UNTIL + timedelta(days=1)) == []


def test_a_second_click_gives_one_authority(cast: Cast, shop: Enterprise, agent: User) -> None:
    assert give(cast, shop, Agent("陈代办", agent)).pk == give(cast, shop, Agent("陈代办", agent)).pk


def test_a_person_without_an_account_is_known_by_their_document(cast: Cast, shop: Enterprise) -> None:
    with pytest.raises(RuleViolation) as refused:
        give(cast, shop, Agent("陈代办"))
    assert refused.value.field == "id_number"
    with pytest.raises(RuleViolation, match="校验不通过"):
        give(cast, shop, Agent("陈代办", None, "居民身份证", "110105194912310021"))
    clerk = cast.actor(cast.clerk)
    scan = scanned("authorities/x.pdf", "application/pdf", "a" * 64, "b" * 64)
    authority = give(cast, shop, Agent("陈代办", None, "居民身份证", ID), proof=scan, actor=clerk)
    assert (authority.agent, authority.masked_id) == (None, "居民身份证 1101051949****002X")
    assert AuditEntry.objects.get(act="authority_granted").facts["agent"] == "居民身份证 1101051949****002X"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"acts": []}, "acts"), ({"acts": ["sell"]}, "acts"), ({"until": TODAY - timedelta(days=1)}, "until")],
)
def test_r2_16_an_authority_has_a_scope_and_an_end(
    cast: Cast, shop: Enterprise, agent: User, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        give(cast, shop, Agent("陈代办", agent), **changed)
    assert refused.value.field == field


def test_r2_16_an_agent_passes_nothing_on(cast: Cast, shop: Enterprise, agent: User) -> None:
    give(cast, shop, Agent("陈代办", agent))
    for stranger in (agent, cast.stranger, cast.officer("dept_mrb")):
        with pytest.raises(RuleViolation, match="不能转委托"):
            give(cast, shop, Agent("路人", cast.stranger), actor=cast.actor(stranger))


def test_staff_and_the_representative_are_no_agents(cast: Cast, shop: Enterprise) -> None:
    for user, words in ((cast.clerk, "工作人员"), (cast.shopkeeper, "不需要授权")):
        with pytest.raises(RuleViolation, match=words):
            give(cast, shop, Agent("某人", user))


def test_r2_16_taking_back_needs_a_reason_and_happens_once(cast: Cast, shop: Enterprise, agent: User) -> None:
    authority = give(cast, shop, Agent("陈代办", agent))
    owner = cast.actor(cast.shopkeeper)
    for reason, actor, code in (
        (" ", owner, "reason_missing"),
        ("不再需要", cast.actor(cast.stranger), "not_the_representative"),
    ):
        with pytest.raises(RuleViolation) as refused:
            revoke(authority, reason=reason, actor=actor, at=MONDAY)
        assert refused.value.code == code
    assert revoke(authority, reason="不再需要", actor=owner, at=MONDAY).revoked_by == cast.shopkeeper
    with pytest.raises(RuleViolation) as refused:
        revoke(authority, reason="不再需要", actor=owner, at=MONDAY)
    assert refused.value.code == "already_revoked"
    assert authorities.enterprises_open_to(agent, "file", TODAY) == []


def test_an_agent_may_lay_it_down(cast: Cast, shop: Enterprise, agent: User) -> None:
    authority = give(cast, shop, Agent("陈代办", agent))
    assert revoke(authority, reason="不再代理", actor=cast.actor(agent), at=MONDAY).revoked_at == MONDAY


def test_an_account_is_found_by_name_or_by_a_telephone_of_its_own(cast: Cast, agent: User) -> None:
    agent.phone = "13812345678"
    agent.save()
    assert authorities.account_of(" agent ") == authorities.account_of("138 1234 5678") == agent
    people.person("double", User.Role.APPLICANT).save()
    User.objects.filter(username="double").update(phone="13812345678")
    assert authorities.account_of("13812345678") is None
    assert authorities.account_of("window") is None
    assert authorities.account_of("") is None


def test_the_letter_says_who_for_whom_what_and_until_when(shop: Enterprise, agent: User) -> None:
    text = letter_text(shop, Agent("陈代办", agent), ["withdraw", "file"], TODAY, UNTIL, "3101052026000001")
    for words in (
        shop.name,
        shop.uscc,
        "陈代办",
        "账号agent",
        "办件3101052026000001",
        "填写并提交申请、撤回申请",
        str(UNTIL),
    ):
        assert words in text


@given(
    st.sampled_from(["", "a", "b"]),
    st.sampled_from(["a", "b"]),
    st.integers(-3, 3),
    st.integers(0, 3),
    st.booleans(),
    st.sets(st.sampled_from(["file", "sign"])),
)
def test_r2_16_an_authority_carries_an_act_exactly_within_scope_term_and_case(
    own: str, case: str, day: int, length: int, revoked: bool, acts: set[str]
) -> None:
    until = TODAY + timedelta(days=length)
    authority = Authority(acts=list(acts), case_key=own, since=TODAY, until=until)
    authority.revoked_at = MONDAY if revoked else None
    carries = own in ("", case) and not revoked and 0 <= day <= length and "file" in acts
    assert (authority.lacks("file", case, TODAY + timedelta(days=day)) is None) == carries


def test_what_lacks_is_named() -> None:
    authority = Authority(acts=["file"], case_key="a", since=TODAY, until=UNTIL)
    assert authority.lacks("sign", "a", TODAY) is Lack.OUT_OF_SCOPE
    assert authority.lacks("file", "b", TODAY) is Lack.OTHER_CASE
    assert authority.lacks("file", "a", UNTIL + timedelta(days=1)) is Lack.EXPIRED
    assert authority.lacks("file", "a", TODAY - timedelta(days=1)) is Lack.NOT_YET


@pytest.mark.parametrize(
    "broken",
    [
        {"until": TODAY - timedelta(days=1)},
        {"agent": None},
        {"proof": "uploaded"},
        {"letter": ""},
        {"revoked_at": MONDAY},
    ],
)
def test_the_database_keeps_no_half_authority(
    cast: Cast, shop: Enterprise, agent: User, broken: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {"enterprise": shop, "agent": agent, "agent_name": "陈代办", "acts": ["file"]}
    facts |= {"since": TODAY, "until": UNTIL, "proof": "signed", "letter": "…", "sha256_stored": "a" * 64}
    with pytest.raises(IntegrityError):
        Authority.objects.create(**(facts | {"granted_at": MONDAY} | broken))
