"""Change (变更): one application, fanned out to every permit that it touches; each department decides its own (R1.18, R2.29).

What the business register vouches for already is decided on the spot. The licence says it with its next version, once no
decision is open. Where the premises move there is nothing to change: that takes a new permit.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.register import business_register
from audit import chain
from audit.rows import update_rows
from audit.violations import RuleViolation
from certificates import issuing, life
from certificates.acts import applications
from certificates.acts.change_terms import terms
from certificates.models import ApplicationPart, HolderApplication, LicenceItem
from outbox import post
from paper import glyphs
from permits import documents, messages, service, typed
from permits.fields import Fault, clean, words
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Document, FormEntry
from permits.rules import require_reason

CHANGE = HolderApplication.Kind.CHANGE
GRANTED, REFUSED = ApplicationPart.State.GRANTED, ApplicationPart.State.REFUSED
EMPTY: Mapping[str, str] = MappingProxyType({})


def change(case: Case, *, fields: Mapping[str, Any], actor: Actor, at: datetime) -> HolderApplication:
    """Apply for a change of these fields of the form, for every permit that it touches."""
    with holding(case):
        actor = applications.require_holder(case, actor, at)
        today = timezone.localtime(at).date()
        changes = _changes(case, fields, today)
        items = _touched(case, changes, today)
        applications.require_none_pending(items)
        told_changes = _words(case, changes)
        due = dict.fromkeys(items, applications.due(today))
        made, parts, parcels = applications.file(
            case, CHANGE, due, actor=actor, at=at, fields=changes, changes=told_changes
        )
        told = {"matters": [item.matter for item in items], "wanted": str(CHANGE)}
        noted = told | {"receipt": made.receipt.number, "fields": changes}
        chain.append(case, act="change_applied_for", actor=actor.label, at=at, facts=noted)
        update_rows([case], HEAD)
        post.put_many([*parcels, messages.told(case, "holder_applied", at=at, **told)], at=at)
        if _is_registered(case, changes):
            _decide(case, parts, GRANTED, "", SYSTEM, at)
        return made


def _changes(case: Case, fields: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """Each field with what it said and what it is to say, checked as the form checks it."""
    known, rules = case.own_catalogue.fields, terms()
    entries = dict(FormEntry.objects.filter(case=case).values_list("field", "value"))
    changes: dict[str, list[str]] = {}
    for id, raw in fields.items():
        if id in rules.new_permit:
            raise RuleViolation(
                "premises_move",
                _(
                    "经营场所变动的，原许可不能变更：每处经营场所须有自己的许可。请就新的场所重新申请，取得许可后再注销原许可"
                ),
                field=id,
                rule="R1.18",
            )
        if id not in known or id in rules.fixed or known[id].type == "table":
            raise RuleViolation("not_changeable", _("这项内容不能申请变更"), field=id, rule="R2.29")
        try:
            value = words(known[id], clean(known[id], raw, entries | {"today": today}))
        except Fault as fault:
            raise RuleViolation("not_fit", str(fault), field=id) from fault
        glyphs.guard([value])
        before = said(case, id, entries)
        if value and value != before:
            changes[id] = [before, value]
    if not changes:
        raise RuleViolation("nothing_changes", _("请写明要变更的内容：与原来不同的"), field="fields", rule="R2.29")
    return changes


def said(case: Case, field: str, entries: Mapping[str, Any]) -> str:
    """What the field says now: after earlier changes, on the licence, in the form (`entries`)."""
    name = next((name for name, of in applications.NAMES.items() if of == field), "")
    licence = getattr(case, "licence", None)
    if name and licence is not None:
        return str(issuing.newest_version(licence).facts["holder"][name])
    if field == "f_name":
        return case.holder()[0]
    done = HolderApplication.objects.filter(case=case, kind=CHANGE, parts__state=GRANTED).order_by("-pk")
    changed = next((one.fields[field][1] for one in done if field in one.fields), None)
    return changed if changed is not None else words(case.own_catalogue.fields[field], entries.get(field))


def _touched(case: Case, changes: Mapping[str, list[str]], today: date) -> list[LicenceItem]:
    """The running permits whose matters ask for one of the fields."""
    matters, rules = case.own_catalogue.matters, terms()
    items = [
        item
        for item in applications.items_of(case)
        if life.state_now(item, today) in life.HOLDING
        and any(rules.touches(field, matters[item.matter].fields) for field in changes)
    ]
    if not items:
        raise RuleViolation("nothing_touched", _("没有有效的许可涉及这些内容"), field="fields", rule="R2.29")
    return items


def _is_registered(case: Case, changes: Mapping[str, list[str]]) -> bool:
    """Whether the business register says already what is to be changed, all of it."""
    names = terms().registered
    if not set(changes) <= set(names):
        return False
    facts = business_register().find(case.holder()[1])
    return facts is not None and all(facts.values.get(names[id]) == after for id, (_old, after) in changes.items())


def _words(case: Case, changes: Mapping[str, list[str]]) -> str:
    """The changes as papers tell them."""
    known = case.own_catalogue.fields
    return "；".join(
        f"{known[id].label}由“{before or '（空）'}”变更为“{after}”" for id, (before, after) in changes.items()
    )


def grant(
    case: Case,
    *,
    matters: Sequence[str],
    actor: Actor,
    at: datetime,
    scopes: Mapping[str, str] | None = None,
) -> list[ApplicationPart]:
    """Grant the change for these permits; number and term stay (R2.29). `scopes`: by matter, what a permit allows from now
    on, where the change alters it; the licence says so at once."""
    with holding(case):
        parts = applications.pending(case, CHANGE, matters, actor)
        return _decide(case, parts, GRANTED, "", actor, at, scopes or {})


def refuse(case: Case, *, matters: Sequence[str], reason: str, actor: Actor, at: datetime) -> list[ApplicationPart]:
    """Refuse the change for these permits, with reasons and remedies (R2.39)."""
    reason = require_reason(reason)
    with holding(case):
        return _decide(case, applications.pending(case, CHANGE, matters, actor), REFUSED, reason, actor, at)


def _decide(
    case: Case,
    parts: list[ApplicationPart],
    outcome: ApplicationPart.State,
    reason: str,
    actor: Actor,
    at: datetime,
    scopes: Mapping[str, str] = EMPTY,
) -> list[ApplicationPart]:
    """One decision on paper for each permit, the log, the message; the licence's next version with the last of them, or with
    the first that gives a permit another scope."""
    today = timezone.localtime(at).date()
    items = [part.item for part in parts]
    scoped = _rescope(items, scopes)
    effect = life.effect(case, items, "内容已变更", today, ends=False) if outcome == GRANTED else ""
    known_on = service.known_on(case, at)
    drafts = [_draft(case, part, outcome, reason, effect, known_on, scoped) for part in parts]
    decisions, parcels = documents.write(case, drafts, at=at)
    for part in parts:
        part.reason = reason
        part.grant() if outcome == GRANTED else part.refuse()
    applications.close(parts, decisions, actor=actor, at=at)
    update_rows([item for item in items if item.matter in scoped], ["scope"])
    left = ApplicationPart.objects.filter(application__in={part.application for part in parts})
    is_last = not left.filter(state=ApplicationPart.State.PENDING).exists() and left.filter(state=GRANTED).exists()
    if is_last or scoped:
        parcels += life.next_version(case, items, at=at, reason="changed")
    told = {"matters": [item.matter for item in items], "reason": reason}
    noted = told | {"decisions": [one.number for one in decisions]} | ({"scopes": scoped} if scoped else {})
    act = "changed" if outcome == GRANTED else "change_refused"
    chain.append(case, act=act, actor=actor.label, at=at, facts=noted)
    parcels += service.after_writing(case, decisions, actor=actor, at=at)
    update_rows([case], HEAD)
    said = {"wanted": str(CHANGE), "outcome": str(outcome)}
    post.put_many([*parcels, messages.told(case, "application_decided", at=at, **told, **said)], at=at)
    return parts


def _rescope(items: Sequence[LicenceItem], scopes: Mapping[str, str]) -> dict[str, list[str]]:
    """Write the new scopes into the permits; by matter, what it was and what it is."""
    changed: dict[str, list[str]] = {}
    for item in items:
        words = typed.require_printable(typed.cleaned(scopes.get(item.matter, "")), f"scope_{item.matter}")
        if words and words != item.scope:
            changed[item.matter], item.scope = [item.scope, words], words
    return changed


def _draft(
    case: Case,
    part: ApplicationPart,
    outcome: str,
    reason: str,
    effect: str,
    known_on: date | None,
    scoped: Mapping[str, Sequence[str]],
) -> documents.Draft:
    changes = _words(case, part.application.fields)
    if part.item.matter in scoped:
        before, after = scoped[part.item.matter]
        changes += f"。许可范围由“{before or '（空）'}”变更为“{after}”"
    told = {
        "outcome": str(outcome),
        "reason": reason,
        "filed_on": str(part.application.filed_on),
        "change_words": changes,
        "effect": effect,
    }
    return life.draft(Document.Kind.CHANGE_DECISION, part.item, known_on, **told)
