"""A paper about to be set: its row, the words of its catalogue version, and what is read from its case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import Any

from industries.entities import Catalogue, Matter
from permits.models import Case, Commitment, Document, ProofCommitment
from permits.wording import long_date

Handed = Sequence[tuple[str, int]]
"""Materials by id, with their pages."""


@dataclass(frozen=True)
class Page:
    """A paper about to be set: its row, its catalogue, and what must be read from the case, if its wording asks for it."""

    document: Document
    catalogue: Catalogue
    handed_in: Callable[[], Handed]
    letters: Callable[[], Sequence[Commitment | ProofCommitment]]
    is_sample: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        return self.document.facts

    @property
    def case(self) -> Case:
        return self.document.case

    @cached_property
    def matters(self) -> list[dict[str, Any]]:
        return [matter_words(self.catalogue.matters[id], self) for id in self.document.matters]

    @property
    def signer(self) -> str:
        """The body that signs, under the name that it had then."""
        return str(self.facts.get("body_name") or self.document.body.name)

    def day(self, name: str) -> str:
        """A fact that is a day, as papers write it; nothing where it is open."""
        return long_date(date.fromisoformat(self.facts[name])) if self.facts.get(name) else ""


def page_of(document: Document) -> Page:
    """The page of a stored document."""
    return Page(
        document,
        document.case.own_catalogue,
        partial(_handed_in, document),
        partial(_letters, document),
    )


def _letters(document: Document) -> Sequence[Commitment | ProofCommitment]:
    """The letters that the paper holds: of its one proof, or of its matters."""
    case = document.case
    if document.kind == Document.Kind.PROOF_COMMITMENT:
        return list(case.proof_commitments.filter(material=document.facts["material"]))
    return list(case.commitments.filter(matter__in=document.matters).order_by("pk"))


def _handed_in(document: Document) -> Handed:
    """The materials that had been handed in by the moment of the paper."""
    files = document.case.materials.filter(uploaded_at__lte=document.created_at, removed_at=None)
    pages: dict[str, int] = {}
    for material, count in files.values_list("material", "pages"):
        pages[material] = pages.get(material, 0) + count
    return list(pages.items())


def matter_words(matter: Matter, page: Page) -> dict[str, Any]:
    """One matter as papers speak of it: name, kind, deciding department, legal basis, and its dates once they run."""
    clock = page.facts.get("clocks", {}).get(matter.id, {})
    return {
        "id": matter.id,
        "name": matter.name,
        "kind": matter.kind,
        "certificate": matter.certificate_name,
        "is_filing": not matter.is_permit,
        "department": page.catalogue.departments[matter.department].name,
        "legal_basis": matter.legal_basis,
        "by_commitment": clock.get("route") == "commitment",
        "statutory_days": clock.get("statutory_days", matter.statutory_days),
        **{key: date.fromisoformat(clock[key]) for key in ("promised_by", "statutory_by") if clock.get(key)},
    }


def subject_name(catalogue: Catalogue, id: str) -> str:
    """The name of a material or the label of a field; the id itself where the catalogue knows neither."""
    if id in catalogue.materials:
        return catalogue.materials[id].name
    return catalogue.fields[id].label if id in catalogue.fields else id
