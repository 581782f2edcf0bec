"""Steps in the life of a permit: the act of the department, and the flow where nothing is left to deliver.

Most come long after the flow has ended; an end that comes while a permit has still to be delivered ends the flow with it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from certificates.acts import cancelling, changing, ending, proposing, registering, renewing, replacing, suspending
from permits.delivery import is_delivered
from permits.locking import holding
from permits.models import Case
from workflows import steps

P = ParamSpec("P")
R = TypeVar("R")


def _with_flow(act: Callable[Concatenate[Case, P], R]) -> Callable[Concatenate[Case, P], R]:
    """The act, and the end of the flow where what ended was all that had still to be delivered of an ended case."""

    @wraps(act)
    def step(case: Case, *args: P.args, **given: P.kwargs) -> R:
        with holding(case):
            waited = not is_delivered(case.matters.all())
            made = act(case, *args, **given)
            if waited:
                steps.after_delivery(case)
        return made

    return step


suspend, reinstate = suspending.suspend, suspending.reinstate
end_suspensions = suspending.end_suspensions
renew, grant_renewal, refuse_renewal = renewing.renew, renewing.grant, renewing.refuse
renew_by_silence = renewing.renew_by_silence
change, grant_change, refuse_change = changing.change, changing.grant, changing.refuse
request_cancellation, refuse_cancellation = cancelling.request, cancelling.refuse
grant_cancellation = _with_flow(cancelling.grant)
propose, send_back, recall = proposing.propose, proposing.send_back, proposing.recall
approve = _with_flow(proposing.approve)
replace = replacing.replace
report_registration = registering.report
withdraw_grant = _with_flow(ending.withdraw_grant)
revoke = _with_flow(ending.revoke)
revoke_as_penalty = _with_flow(ending.revoke_as_penalty)
cancel = _with_flow(ending.cancel)
expire = _with_flow(ending.expire)
