"""Printing the licence (制证): its seal is checked first; the first sheet is the original, every further one a marked copy.

What is printed is verified as anybody would verify it: the file's seal, the code's signature, that the record bears it out.
What does not verify is not printed, nor another file than the one that was made.
"""

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import SYSTEM, Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from certificates import paper
from certificates.models import LicencePrint, LicenceVersion
from certificates.signers import seals
from certificates.verifying import verification
from certificates.verifying.reading import Unreadable
from certificates.verifying.verdict import Signature, Verdict
from paper.sealed import State, look
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case
from permits.rules import require_role


def print_licence(case: Case, *, actor: Actor, at: datetime) -> tuple[LicencePrint, bytes]:
    """The newest version on paper, and the record of this sheet: the original once, then copies with their number."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    with holding(case):
        version = _newest(case)
        nth = LicencePrint.objects.filter(version=version).count() + 1
        pdf = sealed(version, at=at)
        if nth > 1:
            pdf = paper.with_seal(paper.render(version, copy=nth - 1), version, at=at)
            _require_seal(pdf, version, at)
        made = LicencePrint(version=version, nth=nth, sha256=_digest(pdf), by_id=actor.user_id, at=at)
        insert_rows([made])
        facts = {"number": version.facts["number"], "version": version.version, "nth": nth, "sha256": made.sha256}
        chain.append(case, act="licence_printed", actor=actor.label, at=at, facts=facts)
        update_rows([case], HEAD)
    return made, pdf


def remake(case: Case, *, actor: Actor, at: datetime) -> LicenceVersion:
    """Make the file of the newest version anew from its frozen facts, where the stored one does not verify."""
    require_role(actor, User.Role.SERVICE_OFFICE)
    with holding(case):
        return _remake(case, _newest(case), actor, at)


def _remake(case: Case, version: LicenceVersion, actor: Actor, at: datetime) -> LicenceVersion:
    paper.store(version, at=at)
    facts = {"number": version.facts["number"], "version": version.version}
    chain.append(case, act="licence_remade", actor=actor.label, at=at, facts=facts)
    update_rows([case], HEAD)
    return version


def with_paper() -> QuerySet[Case]:
    """The cases whose licence has a file."""
    return Case.objects.filter(licence__versions__rendered_at__isnull=False).distinct().order_by("pk")


def seal_anew(case: Case, *, actor: Actor = SYSTEM, at: datetime) -> bool:
    """Make the file of the newest version anew where whoever sealed it is not trusted any more: its key has leaked. Says whether
    it was. A file that is broken in another way is left for the service office to look at."""
    with holding(case):
        version = _newest(case)
        path = Path(settings.MEDIA_ROOT) / version.file
        pdf = path.read_bytes() if version.file and path.is_file() else b""
        if not pdf or look(pdf, seals.trusted()).state is not State.FOREIGN:
            return False
        _remake(case, version, actor, at)
        return True


def sealed(version: LicenceVersion, *, at: datetime) -> bytes:
    """The stored file, verified. Raises RuleViolation where it is not what was made, or its code does not hold."""
    if not version.file:
        raise RuleViolation("not_made", _("证照文件还没有生成，请稍后再打印"), rule="R1.24")
    path = Path(settings.MEDIA_ROOT) / version.file
    pdf = path.read_bytes() if path.is_file() else b""
    if _digest(pdf) != version.sha256:
        raise _broken()
    _require_seal(pdf, version, at)
    return pdf


def has_seal(version: LicenceVersion, *, at: datetime) -> bool:
    """Whether the stored file verifies now, for the page that says so before anything is printed."""
    try:
        sealed(version, at=at)
    except RuleViolation:
        return False
    return True


def _newest(case: Case) -> LicenceVersion:
    version = LicenceVersion.objects.filter(licence__case_id=case.pk).order_by("version").last()
    if version is None:
        raise RuleViolation("no_licence", _("还没有颁发行业综合许可证"), rule="R1.9")
    return version


def _require_seal(pdf: bytes, version: LicenceVersion, at: datetime) -> None:
    try:
        verdict = verification.verify_file(pdf, at=at)
    except Unreadable:
        raise _broken() from None
    if not _holds(verdict, version):
        raise _broken()


def _broken() -> RuleViolation:
    message = _("验章没有通过：证照文件与签发的内容不一致，不能打印。请重新制作后再打印")
    return RuleViolation("seal_broken", message, rule="R1.24")


def _holds(verdict: Verdict, version: LicenceVersion) -> bool:
    """The file bears our seal, unbroken; its code is signed by us and is this version's."""
    is_sealed = verdict.seal is not None and verdict.seal.state is State.GOOD
    is_ours = verdict.signature is Signature.GOOD and verdict.version == version.version
    return is_sealed and is_ours and verdict.number == version.facts["number"]


def _digest(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
