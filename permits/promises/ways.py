"""The way of each matter of a case: by commitment or the ordinary one, chosen freely until the case is handed in (R6.3).

for way in ways_of(case, required): way.words
choose(case, ordinary=["m_fire"], actor=actor, at=now)
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import Authority
from audit.violations import RuleViolation
from industries.results import NoticeMatter, NoticeResult
from permits.law.eligibility import Action, Eligibility, Ground, eligibility
from permits.locking import holding
from permits.merged_form.form import BREACH, CHOSEN, notice_of
from permits.models import Case
from permits.promises import breaches
from permits.rules import require_applicant, require_state


@dataclass(frozen=True)
class Way:
    """How one matter of a case goes, whether that is a matter of choice, and why."""

    entry: NoticeMatter
    eligibility: Eligibility

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def by_commitment(self) -> bool:
        return self.entry.route == "commitment"

    @property
    def is_open(self) -> bool:
        """Whether the applicant may choose: the list allows it, the conditions hold, nothing stands on the record."""
        return self.eligibility.allowed and (self.by_commitment or self.entry.kept_ordinary == CHOSEN)

    @property
    def words(self) -> str:
        """Why the matter may go by commitment or may not, for people."""
        if self.eligibility.allowed and not self.is_open:
            return _("可以选择告知承诺：请在“修改回答”里选择采用")
        told = {
            Ground.LISTED: _("可以选择告知承诺"),
            Ground.NOT_LISTED: _("不在告知承诺事项清单内：%(detail)s") % {"detail": self.eligibility.detail},
            Ground.ACTION_NOT_LISTED: _("新办不适用告知承诺"),
            Ground.CONDITION: _("按您的回答，不符合这一事项适用告知承诺的条件"),
            Ground.BREACH: _("有未修复的违背承诺记录，按一般程序办理"),
        }
        return told[self.eligibility.ground]


def ways_of(case: Case, required: NoticeResult | None = None) -> list[Way]:
    """The way of every matter of a case, in the notice's order; one statement."""
    required = required or notice_of(case)
    count = len(breaches.unrepaired(case.enterprise_id))
    return [
        Way(entry, eligibility(entry.matter, action=Action.NEW, answers=required.answers, breaches=count))
        for entry in required.matters
    ]


def choose(case: Case, *, ordinary: Collection[str], actor: Actor, at: datetime) -> Case:
    """Go the ordinary way with these matters, with all others that may by commitment; until handing in (R6.3)."""
    with holding(case):
        require_applicant(case, actor, Authority.Act.FILE, at)
        require_state(case, Case.State.DRAFT)
        offered = {way.id for way in ways_of(case) if way.is_open}
        if unknown := set(ordinary) - offered:
            raise RuleViolation(
                "no_such_choice",
                _("这些事项没有办理方式可以选择：%(names)s") % {"names": "、".join(sorted(unknown))},
                rule="R6.3",
            )
        case.ordinary = dict.fromkeys(sorted(ordinary), CHOSEN)
        case.save(update_fields=["ordinary"])
        return case


def kept_ordinary(required: NoticeResult) -> dict[str, str]:
    """What a case keeps of its ways when it is handed in: the matters that might have gone by commitment, each with why."""
    return {entry.id: entry.kept_ordinary for entry in required.matters if entry.kept_ordinary}


def rerouted(case: Case) -> list[str]:
    """The names of the matters that go the ordinary way because of a breach on the record (R6.4)."""
    matters = case.own_catalogue.matters
    return [matters[id].name for id, why in case.ordinary.items() if why == BREACH]
