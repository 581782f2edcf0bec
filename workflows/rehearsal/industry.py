"""The deeds about the promise for a whole industry (R6.7); each speaks of the case's first industry unless `industry` names another."""

from collections.abc import Callable
from typing import Any

from accounts.actors import Actor
from permits.models import Case
from permits.promises import industry_commitments
from workflows.rehearsal.script import ScriptStep

BROKEN, REPAIR = "管理制度没有建立，与行业承诺书不符", "已建立管理制度并公示"
SIGNER = "王小店"


def _industry(case: Case, step: ScriptStep) -> str:
    return str(step.details.get("industry", case.industries[0]))


def _promise(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"industries": [_industry(case, step)], "name": step.details.get("signer", SIGNER), "agreed": True}
    industry_commitments.sign(_fresh(case), **said, actor=actor, at=step.at)


def _take_back(case: Case, step: ScriptStep, actor: Actor) -> None:
    industry_commitments.take_back(_fresh(case), industry=_industry(case, step), actor=actor, at=step.at)


def _broken(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"industry": _industry(case, step), "findings": step.details.get("findings", BROKEN)}
    industry_commitments.find_broken(_fresh(case), **said, actor=actor, at=step.at)


def _put_right(case: Case, step: ScriptStep, actor: Actor) -> None:
    said = {"industry": _industry(case, step), "repair": step.details.get("reason", REPAIR)}
    industry_commitments.put_right(_fresh(case), **said, actor=actor, at=step.at)


def _fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def told(case: Case) -> list[dict[str, Any]]:
    """The promises of a case for whole industries, in the order of signing."""
    return [
        {
            "industry": one.industry,
            "state": one.state,
            "signed_on": str(one.signed_at.date()),
            "matters": one.matters,
            "notice": one.notice.number if one.notice else None,
        }
        for one in case.industry_commitments.select_related("notice")
    ]


DEEDS: dict[str, Callable[[Case, ScriptStep, Actor], None]] = {
    "promise_industry": _promise,
    "take_back_industry": _take_back,
    "industry_broken": _broken,
    "industry_put_right": _put_right,
}
