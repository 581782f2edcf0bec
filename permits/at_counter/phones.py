"""Photographs by phone (手机拍照): the desk shows a code, a phone opens it once without signing in, and hands in papers.

    passed, code = issue(case, actor=clerk, at=at)      # ten minutes to open it
    secret = open_once(code, at=at)                     # the phone keeps the secret in its session: half an hour
    photograph(secret, "mat_floor_plan", file, name, at=at)

What comes is the clerk's entry, who shows the code and sees it arrive; each photograph stands in the log with its hash.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import IO

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from audit import chain
from audit.rows import insert_rows, update_rows
from audit.violations import RuleViolation
from permits import materials
from permits.at_counter import channels
from permits.intake import HEAD
from permits.locking import holding
from permits.models import Case, Material, PhonePass
from permits.rules import require_role, require_state

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I, O: a code is also read off a screen and typed."""
LENGTH = 10
TO_OPEN, TO_USE = timedelta(minutes=10), timedelta(minutes=30)
MOST_PHOTOS = 60
BY_PHONE = "（手机拍照）"


def issue(case: Case, *, actor: Actor, at: datetime) -> tuple[PhonePass, str]:
    """A new code for the case, whose older one ends; it is told here and nowhere else."""
    require_role(actor, User.Role.WINDOW)
    assert actor.user_id is not None  # the role has an account
    code = "".join(secrets.choice(SIGNS) for _place in range(LENGTH))
    with holding(case):
        require_state(case, *channels.LIVING)
        if not case.with_counter:
            raise RuleViolation("not_taken_over", _("请先登记申请人同意由窗口接着办，再拍照上传"), rule="R6.18")
        for old in case.phone_passes.filter(ended_at=None):
            _end(old, at)
        made = PhonePass(case=case, code_sha256=_digest(code), by_id=actor.user_id, at=at, expires_at=at + TO_OPEN)
        insert_rows([made])
        _log(case, "phone_pass_issued", actor, at, {"pass": made.pk})
    return made, code


def open_once(code: str, *, at: datetime) -> str:
    """Open a code that nobody has opened. The secret given back makes this phone's session the only one."""
    bare = code.strip().replace("-", "").replace(" ", "").upper()
    found = PhonePass.objects.filter(code_sha256=_digest(bare)).select_related("case").first()
    if found is None:
        raise RuleViolation(
            "no_such_code", _("没有这个拍照码。请核对屏幕上的10位码，或者请工作人员重新生成"), field="code"
        )
    secret = secrets.token_urlsafe(24)
    with holding(found.case):
        now = _living(found, at)
        if now.opened_at is not None:
            raise RuleViolation(
                "code_used", _("这个拍照码已在一台手机上打开，不能再用；换手机的，请工作人员重新生成"), field="code"
            )
        now.opened_at, now.session_sha256, now.expires_at = at, _digest(secret), at + TO_USE
        update_rows([now], ["opened_at", "session_sha256", "expires_at"])
        _log(found.case, "phone_pass_opened", _actor(now), at, {"pass": now.pk})
    return secret


def session(secret: str, *, at: datetime) -> PhonePass:
    """The living pass of this phone. Raises RuleViolation where it has ended."""
    found = PhonePass.objects.filter(session_sha256=_digest(secret)) if secret else PhonePass.objects.none()
    row = found.select_related("case__enterprise", "case__catalogue", "case__notice", "by").first()
    if row is None:
        raise RuleViolation("no_session", _("请扫描屏幕上的二维码，或者输入10位拍照码"), field="code")
    return _living(row, at)


def photograph(secret: str, material: str, file: IO[bytes], name: str, *, at: datetime) -> Material:
    """Hand in one photograph. It is judged and stored as any file; the log names its hash."""
    row = session(secret, at=at)
    with holding(row.case):
        now = _living(row, at)
        if now.photos >= MOST_PHOTOS:
            raise RuleViolation(
                "too_many_photos", _("一个拍照码最多拍%(most)d张，请工作人员重新生成") % {"most": MOST_PHOTOS}
            )
        made = materials.attach(row.case, material, file, name, actor=_actor(now), at=at)
        now.photos += 1
        update_rows([now], ["photos"])
        facts = {"pass": now.pk, "material": material, "sha256": made.sha256_stored}
        _log(row.case, "photographed", _actor(now), at, facts)
    return made


def end(case: Case, *, actor: Actor, at: datetime) -> None:
    """The clerk ends the case's code; a phone that has it open is shut out at once."""
    require_role(actor, User.Role.WINDOW)
    with holding(case):
        living = case.phone_passes.filter(ended_at=None).first()
        if living is None:
            return
        _end(living, at)
        _log(case, "phone_pass_ended", actor, at, {"pass": living.pk, "photos": living.photos})


def living_pass(case: Case, at: datetime) -> PhonePass | None:
    """The case's code that can still be opened or used."""
    return case.phone_passes.filter(ended_at=None, expires_at__gt=at).first()


def _living(row: PhonePass, at: datetime) -> PhonePass:
    """The row as it is now, with its case as given, while it lives."""
    now = PhonePass.objects.select_related("by").get(pk=row.pk)
    now.case = row.case
    if now.ended_at is not None or at >= now.expires_at:
        raise RuleViolation("code_ended", _("这个拍照码已失效，请工作人员重新生成"), field="code")
    return now


def _end(row: PhonePass, at: datetime) -> None:
    row.ended_at = at
    update_rows([row], ["ended_at"])


def _actor(row: PhonePass) -> Actor:
    """The clerk, as the log tells what came through the phone."""
    clerk = Actor.of(row.by)
    return Actor(role=clerk.role, label=f"{clerk.label}{BY_PHONE}"[:120], user_id=clerk.user_id, body=clerk.body)


def _log(case: Case, act: str, actor: Actor, at: datetime, facts: dict[str, object]) -> None:
    chain.append(case, act=act, actor=actor.label, at=at, facts=facts)
    update_rows([case], HEAD)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
