"""The public lists of commitment (R6.1, R6.8): which matters may go by it, for what and when, and which proofs it replaces.

Reads the catalogue alone; the words between its texts are in the reader's language.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from industries.conditions import All, AnyOf, Condition, Leaf, Not
from industries.entities import Catalogue, Material, Matter
from industries.unanswered import CHOOSE_COMMITMENT

ACTION_WORDS = {"new": _("新办"), "change": _("变更"), "renew": _("延续")}
SIGNS = {"gt": _("大于"), "gte": _("不少于"), "lt": _("小于"), "lte": _("不超过")}


@dataclass(frozen=True)
class Listed:
    """A matter on the list: for which actions, under which conditions (in words, all of them must hold)."""

    matter: Matter
    department: str
    actions: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Lists:
    """Matters on the list, matters that are not (each says why), and proofs that a commitment can replace."""

    listed: tuple[Listed, ...]
    excluded: tuple[Matter, ...]
    proofs: tuple[tuple[Material, tuple[str, ...]], ...]


def lists_of(catalogue: Catalogue, on: date) -> Lists:
    """What the catalogue says on a day."""
    matters = [matter for matter in catalogue.matters.values() if matter.in_force(on)]
    listed = [matter for matter in matters if matter.commitment]
    return Lists(
        listed=tuple(_listed(catalogue, matter) for matter in listed),
        excluded=tuple(matter for matter in matters if not matter.commitment),
        proofs=tuple(_proofs(catalogue, listed)),
    )


def _listed(catalogue: Catalogue, matter: Matter) -> Listed:
    return Listed(
        matter,
        catalogue.departments[matter.department].short_name,
        tuple(str(ACTION_WORDS[action]) for action in matter.commitment_actions),
        condition_words(catalogue, matter.commitment_when),
    )


def _proofs(catalogue: Catalogue, listed: list[Matter]) -> list[tuple[Material, tuple[str, ...]]]:
    """Each proof with the matters on the list that ask for it: only where all who need it take the promise is it replaced."""
    found = []
    for material in catalogue.materials.values():
        asking = tuple(matter.name for matter in listed if material.id in matter.materials)
        if material.commitment_replaceable and not material.merged_into_form and asking:
            found.append((material, asking))
    return found


def condition_words(catalogue: Catalogue, condition: Condition) -> tuple[str, ...]:
    """The condition in words, one line for each part that must hold; the choice of commitment itself is left out."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return tuple(_words(catalogue, part) for part in parts if part != CHOOSE_COMMITMENT)


def _words(catalogue: Catalogue, condition: Condition) -> str:
    match condition:
        case Leaf():
            return _leaf_words(catalogue, condition)
        case Not(part):
            return gettext("不是：%(what)s") % {"what": _words(catalogue, part)}
        case AnyOf(parts):
            return gettext("或者").join(_words(catalogue, part) for part in parts)
        case All(parts):
            return gettext("并且").join(_words(catalogue, part) for part in parts)


def _leaf_words(catalogue: Catalogue, leaf: Leaf) -> str:
    question = catalogue.questions[leaf.question]
    value = leaf.value
    if isinstance(value, bool):
        return f"{question.text} {gettext('是') if value is (leaf.op == 'eq') else gettext('否')}"
    if leaf.op in SIGNS:
        return f"{question.text} {SIGNS[leaf.op]}{value:,}{question.unit}"
    said = "、".join(value) if isinstance(value, tuple) else str(value)
    return f"{question.text} {gettext('不是') if leaf.op == 'ne' else ''}{said}"
