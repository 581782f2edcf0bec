"""What must hold of several officers of one body, whatever they tried: read from the log alone, not from the columns."""

from collections.abc import Iterator, Mapping

from accounts.actors import IN_PLACE_OF
from accounts.models import Substitution
from accounts.standing_in import substitutes_of
from audit.models import AuditEntry
from permits.models import Case

DECIDED = ("granted", "refused")
WORK = (*DECIDED, "decision_proposed", "decision_recalled", "clock_stopped", "clock_resumed", "extension_requested")
"""Acts on a section: its holder's, or somebody's in the holder's place."""
TWO = ("m_food_license", "m_signboard")
"""The matters that two persons decide in these stories."""


def names(label: str) -> tuple[str, str]:
    """Who acted, and in whose place; empty where in their own."""
    own, _mark, absent = label.partition(IN_PLACE_OF)
    return own.partition(" ")[2] or own, absent.removesuffix("）")


def faults(case: Case) -> Iterator[str]:
    """Everything that must hold and does not."""
    entries = list(AuditEntry.objects.filter(subject=case.audit_subject).order_by("seq"))
    bodies = dict(case.matters.values_list("matter", "section__body_id"))
    by_two = set(case.matters.filter(two_persons=True).values_list("matter", flat=True))
    yield from _two_people(entries, by_two)
    yield from _in_whose_place(entries, bodies)
    yield from _substitutions()


def _two_people(entries: list[AuditEntry], by_two: set[str]) -> Iterator[str]:
    """Nobody decides what they proposed, nor what was proposed in their place; nothing is decided that nobody proposed."""
    proposed: dict[str, set[str]] = {}
    for entry in entries:
        for matter in set(entry.facts.get("matters", ())) & by_two:
            if entry.act == "decision_proposed":
                proposed[matter] = set(names(entry.actor)) - {""}
            if entry.act in DECIDED and (not proposed.get(matter) or proposed[matter] & set(names(entry.actor))):
                yield f"{entry.actor} decided {matter}, proposed by {proposed.get(matter)}"
            if entry.act in ("decision_recalled", "decision_sent_back"):
                proposed.pop(matter, None)


def _in_whose_place(entries: list[AuditEntry], bodies: Mapping[str, str]) -> Iterator[str]:
    """What somebody has claimed is worked on by them or in their place; but an approval is in one's own name."""
    holder: dict[str, str] = {}
    for entry in entries:
        own, absent = names(entry.actor)
        if entry.act == "claimed":
            holder[entry.facts["body"]] = own
        if entry.act == "released":
            holder.pop(entry.facts["body"], None)
        if entry.facts.get("handled_by"):
            if absent:
                yield f"{entry.actor} approved in somebody's place"
            continue
        # A hearing's stop comes of its being asked for or held, whoever did that; it is nobody's work on the section.
        by_hearing = "hearing" in (entry.facts.get("ground"), *entry.facts.get("grounds", ()))
        for matter in entry.facts.get("matters", ()) if entry.act in WORK and not by_hearing else ():
            held_by = holder.get(bodies.get(matter, ""))
            if absent != ("" if held_by in (None, own) else held_by):
                yield f"{entry.actor} did {entry.act} to {matter}, which {held_by} holds"


def _substitutions() -> Iterator[str]:
    """On each day everybody has one substitute at most, of the same body, and every chain ends."""
    rows = list(Substitution.objects.in_force().select_related("absent", "substitute"))
    terms = [row.as_term for row in rows]
    for row in rows:
        if row.absent.body_id != row.substitute.body_id:
            yield f"{row} leads into another body"
        for day in (row.since, row.until):
            if sum(term.absent == row.absent_id and term.runs_on(day) for term in terms) != 1:
                yield f"{row.absent} has several substitutes on {day}"
            last = substitutes_of(terms, row.absent_id, day)[-1]
            if any(term.absent == last and term.runs_on(day) for term in terms):
                yield f"the chain of {row.absent} on {day} does not end"
            if last == row.absent_id:
                yield f"the chain of {row.absent} on {day} leads back"
