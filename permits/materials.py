"""The materials of a case: what is handed in once for all matters, what is spared, generated, or promised instead.

lines = material_list(case, required)     # as the one-time notice says, with the files there are
attach(case, "mat_floor_plan", file, "平面图.pdf", actor=…, at=…)
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit.violations import RuleViolation
from industries.results import NoticeMaterial, NoticeResult
from permits.access import may_write
from permits.files import uploads
from permits.files.sample_files import sample_pdf
from permits.late import late_papers
from permits.locking import holding
from permits.merged_form.form import notice_of
from permits.models import Case, Material
from permits.rules import channel_of, require_applicant, require_role, writing

MOST_FILES = 30


@dataclass(frozen=True)
class MaterialLine:
    """One material of the case: its standing in the notice, who reads it, and its files in order."""

    asked: NoticeMaterial
    files: tuple[Material, ...]
    departments: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.asked.id

    @property
    def name(self) -> str:
        return self.asked.material.name

    @property
    def status(self) -> str:
        """`submit`, `exempt`, `generated` or `commitment`, as in the notice."""
        return self.asked.status

    @property
    def to_submit(self) -> bool:
        return self.status == "submit"

    @property
    def is_promised(self) -> bool:
        """Whether a promise may stand in for it; who would rather hand it in may do so (R6.7)."""
        return self.status == "commitment"

    @property
    def is_done(self) -> bool:
        """Nothing has to be handed in, or something was."""
        return not self.to_submit or bool(self.files)

    @property
    def pages(self) -> int:
        return sum(file.pages for file in self.files)


def live(case: Case) -> QuerySet[Material]:
    """The files that count: those removed or replaced stay in the store, but are no longer part of the case."""
    return case.materials.filter(removed_at=None)


def material_list(case: Case, required: NoticeResult | None = None) -> list[MaterialLine]:
    """Every material of the case with its files: one statement."""
    files: dict[str, list[Material]] = {}
    for file in live(case):
        files.setdefault(file.material, []).append(file)
    departments = case.own_catalogue.departments
    return [
        MaterialLine(
            asked,
            tuple(files.get(asked.id, ())),
            tuple(dict.fromkeys(departments[matter.department].short_name for matter in asked.required_by)),
        )
        for asked in (required or notice_of(case)).materials
    ]


def missing_materials(case: Case, required: NoticeResult | None = None) -> list[MaterialLine]:
    """What the one supplement notice would name: to submit, and not there."""
    return [line for line in material_list(case, required) if not line.is_done]


def attach(case: Case, material: str, file: IO[bytes], name: str, *, actor: Actor, at: datetime) -> Material:
    """Take in one more file for a material, once for all matters that need it.

    The same file sent twice (a second click) is there once. Raises RuleViolation; a refused file changes nothing.
    """
    require_role(actor, User.Role.APPLICANT, User.Role.WINDOW)
    received = uploads.take_in(file, name)
    with holding(case):
        acting = require_applicant(case, actor, writing(case), at)
        _require_open(case, material, at)
        paper = late_papers.awaited(case, material)
        if paper is not None:
            live(case).filter(material=material).update(removed_at=at)  # what was found unfit makes room
        there = list(live(case).filter(material=material))
        same = next((old for old in there if old.sha256_received == received.sha256_received), None)
        if same is not None:
            return same
        if len(there) >= MOST_FILES:
            raise RuleViolation(
                "too_many_files", _("一项材料最多%(most)d个文件。请合并为一个 PDF") % {"most": MOST_FILES}, field="file"
            )
        made = Material.objects.create(
            case=case,
            material=material,
            position=_next_place(case, material),
            file=uploads.store(received, case.key),
            name=received.name,
            content_type=received.content_type,
            size=received.size,
            pages=received.pages,
            sha256_received=received.sha256_received,
            sha256_stored=received.sha256_stored,
            uploaded_by_id=actor.user_id,
            uploaded_at=at,
            channel=channel_of(actor),
        )
        if paper is not None:
            late_papers.hand_in(case, paper, actor=acting, at=at)
        return made


def _require_open(case: Case, material: str, at: datetime) -> None:
    """The notice asks for this material to be handed in, and the case still takes it (R2.11: nothing else is taken)."""
    asked = next((one for one in notice_of(case).materials if one.id == material), None)
    if asked is None:
        raise RuleViolation("material_not_asked", _("告知单没有要求这项材料，不需要提交"), field="file", rule="R2.11")
    if not may_write(case, material, timezone.localtime(at).date()):
        raise RuleViolation("material_closed", _("办件已提交，这项材料现在不能再改动"), field="file")


def _next_place(case: Case, material: str) -> int:
    last = case.materials.filter(material=material).aggregate(last=Max("position"))["last"]
    return 1 if last is None else last + 1


def remove(case: Case, pk: int, *, actor: Actor, at: datetime) -> Material:
    """Take a file out of the case: it is marked, and kept."""
    with holding(case):
        acting = require_applicant(case, actor, writing(case), at)
        file = _file(case, pk)
        _require_open(case, file.material, at)
        file.removed_at = at
        file.save(update_fields=["removed_at"])
        if not live(case).filter(material=file.material).exists():
            late_papers.take_back(case, file.material, actor=acting, at=at)
        return file


def move(case: Case, pk: int, step: int, *, actor: Actor, at: datetime) -> None:
    """Put a file `step` places further down (negative: up) among the files of its material."""
    with holding(case):
        require_applicant(case, actor, writing(case), at)
        file = _file(case, pk)
        _require_open(case, file.material, at)
        files = list(live(case).filter(material=file.material))
        place = files.index(file)
        files.insert(min(max(place + step, 0), len(files) - 1), files.pop(place))
        for position, one in enumerate(files, start=1):
            one.position = position
        Material.objects.bulk_update(files, ["position"])


def _file(case: Case, pk: int) -> Material:
    file = live(case).filter(pk=pk).first()
    if file is None:
        raise RuleViolation("file_gone", _("这个文件已经移除，请刷新页面查看最新情况"))
    return file


def readable(user: User, file: Material) -> bool:
    """Whether a person who sees the case may open this file: an officer only what their own matters require (R6.22)."""
    if user.role not in (User.Role.OFFICER, User.Role.SUBDISTRICT):
        return True
    asked = next((one for one in notice_of(file.case).materials if one.id == file.material), None)
    return asked is not None and any(matter.department == user.body_id for matter in asked.required_by)


def hand_in_samples(
    case: Case, required: NoticeResult, *, actor: Actor, at: datetime, without: Collection[str] = ()
) -> list[Material]:
    """Hand in sample content for every material that has to be submitted: one statement."""
    wanted = [one for one in required.materials if one.status == "submit" and one.id not in without]
    rows = [sample_material(case, one, actor=actor, at=at) for one in wanted]
    return Material.objects.bulk_create(rows)


def sample_material(case: Case, asked: NoticeMaterial, *, actor: Actor, at: datetime) -> Material:
    """A row, not yet saved, with a sample PDF that says what it stands for. Samples share one stored file per material."""
    sample = sample_pdf(asked.id, asked.material.name)
    path = f"materials/samples/{sample.sha256[:32]}.pdf"
    target = uploads.location(path)
    if not target.exists():
        uploads.write_durably(target, sample.content)
    return Material(
        case=case,
        material=asked.id,
        position=1,
        file=path,
        name=f"{asked.material.name}(样例).pdf"[: Material._meta.get_field("name").max_length],
        content_type="application/pdf",
        size=len(sample.content),
        pages=1,
        sha256_received=sample.sha256,
        sha256_stored=sample.sha256,
        uploaded_by_id=actor.user_id,
        uploaded_at=at,
        channel=channel_of(actor),
    )


def limit_megabytes() -> int:
    """The largest file that is taken, for the page that says so."""
    return int(settings.UPLOAD_LIMIT_BYTES) // 1024 // 1024
