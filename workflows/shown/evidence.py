"""The materials of a case as staff read them: what was asked, what came in, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from industries.results import STATUS_WORDS, NoticeMaterial, NoticeResult
from permits.models import Case, CaseMatter, Commitment, Material, ProofCommitment

KINDS = {"submit": "blue", "exempt": "green", "generated": "green", "commitment": "purple"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One material of the list with its files, in the order of their pages."""

    asked: NoticeMaterial
    files: tuple[Material, ...]

    @property
    def id(self) -> str:
        return self.asked.id

    @property
    def name(self) -> str:
        return self.asked.material.name

    @property
    def is_missing(self) -> bool:
        """It had to be handed in and was not."""
        return self.asked.status == "submit" and not self.files

    @property
    def status_words(self) -> str:
        return STATUS_WORDS[self.asked.status]

    @property
    def kind(self) -> str:
        """The colour of its status."""
        return KINDS[self.asked.status]

    @property
    def matters(self) -> str:
        """The matters that need it."""
        return "、".join(matter.name for matter in self.asked.required_by)


def evidence(case: Case, notice: NoticeResult, department: str | None = None) -> tuple[Evidence, ...]:
    """The materials of a case, or of one department's matters: missing, handed in, the others; one statement."""
    files: dict[str, list[Material]] = {}
    for file in case.materials.filter(removed_at=None):
        files.setdefault(file.material, []).append(file)
    asked = [entry for entry in notice.materials if department is None or _asked_by(entry, department)]
    rows = [Evidence(entry, tuple(files.get(entry.id, ()))) for entry in asked]
    return tuple(sorted(rows, key=lambda row: (not row.is_missing, not row.files, row.asked.status != "submit")))


def first_file(rows: Sequence[Evidence]) -> Material | None:
    """The file that is shown first."""
    return next((file for row in rows for file in row.files), None)


def letters(case: Case, matters: Sequence[CaseMatter]) -> list[Commitment | ProofCommitment]:
    """The letters signed for these matters: that of each one by commitment, and those of the proofs it relies on."""
    promised = {row.matter for row in matters if row.route == CaseMatter.Route.COMMITMENT}
    if not promised:
        return []
    proofs = [one for one in case.proof_commitments.all() if promised.intersection(one.matters)]
    return [*case.commitments.filter(matter__in=promised).order_by("pk"), *proofs]


def _asked_by(entry: NoticeMaterial, department: str) -> bool:
    return any(matter.department == department for matter in entry.required_by)
