"""What a notice says, as frozen dataclasses with their JSON form. The keys of the JSON are a public contract."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from industries import combining
from industries.answers import Because
from industries.entities import Field, Material, Matter

ROUTE_WORDS = {"ordinary": "一般程序", "commitment": "告知承诺"}
STATUS_WORDS = {"submit": "须提交", "exempt": "免交", "generated": "系统生成", "commitment": "承诺代替"}


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said to one reader of a notice, beside the notice itself."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeMatter:
    """A matter that applies, how it goes, and why. `kept_ordinary`: why it does not go by commitment although it might."""

    matter: Matter
    department_name: str
    route: str
    inspection: bool
    inspection_reason: str
    core: bool
    industries: tuple[str, ...]
    rule: str
    because: tuple[Because, ...]
    kept_ordinary: str = ""

    @property
    def id(self) -> str:
        return self.matter.id

    @property
    def days(self) -> int:
        """The promise on the matter's own route."""
        if self.route == "commitment" and self.matter.commitment_days is not None:
            return self.matter.commitment_days
        return self.matter.promised_days

    def as_json(self) -> dict[str, Any]:
        it = self.matter
        return {
            "id": it.id,
            "department": it.department,
            "route": self.route,
            "inspection": self.inspection,
            "statutory_days": it.statutory_days,
            "day_type": it.day_type,
            "promised_days": it.promised_days,
            "name": it.name,
            "kind": it.kind,
            "certificate_name": it.certificate_name,
            "department_name": self.department_name,
            "commitment_days": it.commitment_days,
            "extension_days": it.extension_days,
            "validity_years": it.validity_years,
            "inspection_reason": self.inspection_reason,
            "core": self.core,
            "industries": list(self.industries),
            "rule": self.rule,
            "legal_basis": list(it.legal_basis),
            "reasons": [reason.as_json() for reason in self.because],
        }


@dataclass(frozen=True, slots=True)
class NoticeMaterial:
    """A material on the list: `submit`, `exempt`, `generated`, or `commitment`; who requires it, and why."""

    material: Material
    status: str
    status_reason: str
    required_by: tuple[Matter, ...]
    because: tuple[Because, ...]

    @property
    def id(self) -> str:
        return self.material.id

    @property
    def tolerable(self) -> bool:
        """Whether it may come after acceptance (R6.9): only what has to be handed in can be late."""
        return self.material.tolerable and self.status == "submit"

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "status": self.status,
            "required_by": [matter.id for matter in self.required_by],
            "name": self.material.name,
            "kind": self.material.kind,
            "copies": self.material.copies,
            "status_reason": self.status_reason,
            "tolerable": self.tolerable,
            "reasons": [reason.as_json() for reason in self.because],
            "legal_basis": _legal_basis(self.required_by),
        }


@dataclass(frozen=True, slots=True)
class NoticeField:
    """A question of the merged form, once for all matters; `value` is what the answers already say of it."""

    field: Field
    required_by: tuple[Matter, ...]
    value: Any
    because: tuple[Because, ...]

    @property
    def id(self) -> str:
        return self.field.id

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "prefill": self.field.prefill,
            "required_by": [matter.id for matter in self.required_by],
            "label": self.field.label,
            "group": self.field.group,
            "required": self.field.required,
            "value": self.value,
            "reasons": [reason.as_json() for reason in self.because],
            "legal_basis": _legal_basis(self.required_by),
        }


def _legal_basis(matters: tuple[Matter, ...]) -> list[str]:
    return list(dict.fromkeys(text for matter in matters for text in matter.legal_basis))


@dataclass(frozen=True, slots=True)
class Told:
    """Why a matter is blocked, or what the business should know of it."""

    matter: Matter
    message: str
    because: tuple[Because, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "matter": self.matter.id,
            "message": self.message,
            "name": self.matter.name,
            "reasons": [reason.as_json() for reason in self.because],
            "legal_basis": list(self.matter.legal_basis),
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """Before and after the merge: permits, materials, form fields, days."""

    permits: tuple[int, int]
    materials: tuple[int, int]
    fields: tuple[int, int]
    days: tuple[int, int]

    def as_json(self) -> dict[str, list[int]]:
        return {name: list(getattr(self, name)) for name in ("permits", "materials", "fields", "days")}


@dataclass(frozen=True, slots=True)
class NoticeResult:
    """The one-time notice for some industries and answers on a day. Lists stand in the catalogue's order."""

    catalogue: str
    on: date
    industries: tuple[str, ...]
    answers: dict[str, Any]
    unanswered: tuple[str, ...]
    matters: tuple[NoticeMatter, ...]
    blocked: tuple[Told, ...]
    advisories: tuple[Told, ...]
    materials: tuple[NoticeMaterial, ...]
    fields: tuple[NoticeField, ...]
    promised_days: int
    effect: Effect
    instead: str

    @property
    def combined_licence(self) -> bool:
        """A combined licence needs at least two matters (R1.9)."""
        return combining.suffice(len(self.matters))

    @property
    def later(self) -> tuple[NoticeMatter, ...]:
        """Matters whose own promise is longer than the combined one."""
        return tuple(entry for entry in self.matters if entry.days > self.promised_days)

    def as_json(self) -> dict[str, Any]:
        return {
            "catalogue": self.catalogue,
            "on": self.on.isoformat(),
            "industries": list(self.industries),
            "unanswered": list(self.unanswered),
            "matters": [entry.as_json() for entry in self.matters],
            "blocked": [entry.as_json() for entry in self.blocked],
            "advisories": [entry.as_json() for entry in self.advisories],
            "materials": [entry.as_json() for entry in self.materials],
            "fields": [entry.as_json() for entry in self.fields],
            "promised_days": self.promised_days,
            "effect": self.effect.as_json(),
            "combined_licence": self.combined_licence,
            "instead": self.instead,
            "answers": dict(self.answers),
        }
