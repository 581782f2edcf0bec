"""The enterprise of a rehearsal: the one that the file names, or a made-up one with a valid code."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from stdnum.cn import uscc as uscc_number

from accounts.actors import SYSTEM, Actor
from accounts.authorities import Agent, grant, letter_text, signed
from accounts.enterprises import grant_representation
from accounts.models import Authority, Enterprise, User
from audit.violations import RuleViolation
from permits.promises import breaches
from workflows.rehearsal.script import AgentFacts, UnusableScript

SHOP = "shop"
MADE_UP = {"name": "长宁示例便利店有限公司", "uscc": "91310105MA1FW00290"}


def enterprise_for(named: Mapping[str, str], at: datetime) -> Enterprise:
    """The enterprise with these facts, which `shop` represents, made where the database does not know it.

    `breach`: a commitment that it did not keep.
    """
    facts = MADE_UP | {key: str(value) for key, value in named.items()}
    code = facts["uscc"].strip().upper()
    if not uscc_number.is_valid(code):
        raise UnusableScript(
            f"enterprise.uscc: {facts['uscc']!r} is no unified social credit code (18 characters with a check digit)"
        )
    enterprise, _made = Enterprise.objects.get_or_create(
        uscc=code,
        defaults={
            "name": facts["name"],
            "domicile": "上海市长宁区示例路1号",
            "as_of": timezone.localtime(at).date(),
            "source": "rehearsal",
        },
    )
    if "name" in named and enterprise.name != facts["name"]:
        enterprise.name = facts["name"]
        enterprise.save(update_fields=["name"])
    shop = User.objects.filter(username=SHOP).first()
    if shop is not None:
        grant_representation(user=shop, enterprise=enterprise, actor=SYSTEM, at=at)
    if "breach" in named and not enterprise.breaches.unrepaired().exists():
        on = timezone.localtime(at).date()
        office = Actor(role=User.Role.SERVICE_OFFICE, label="rehearsal")
        breaches.record(enterprise, about=facts["breach"], source="rehearsal", decided_on=on, actor=office, at=at)
    return enterprise


def authorise(facts: AgentFacts, enterprise: Enterprise, at: datetime) -> None:
    """Let the account `agent` act for the enterprise as the file says, by a letter that `shop` signs online."""
    shop = User.objects.get(username=SHOP)
    agent = Agent(facts.name, User.objects.get(username="agent"))
    letter = letter_text(enterprise, agent, facts.scope, timezone.localtime(at).date(), facts.until, "")
    try:
        grant(
            enterprise=enterprise,
            agent=agent,
            acts=facts.scope,
            until=facts.until,
            proof=signed(letter, shop.display_name),
            actor=Actor.of(shop),
            at=at,
        )
    except RuleViolation as violation:
        raise UnusableScript(f"agent: {violation}; scope takes {', '.join(Authority.Act.values)}") from None
