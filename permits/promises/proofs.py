"""Promises in the place of proofs, as the checks afterwards find them: each department looks for itself (R6.5, R6.7)."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from audit.rows import insert_rows
from audit.violations import RuleViolation
from permits.models import PostCheck, ProofCheck, ProofCommitment


def relied_on(check: PostCheck) -> list[ProofCommitment]:
    """The promised proofs on which the matter of this check relied; one statement."""
    matter = check.case_matter
    promised = ProofCommitment.objects.filter(case=matter.case_id)
    return [one for one in promised if matter.matter in one.matters]


def record_findings(checks: Sequence[PostCheck], untrue: Collection[str]) -> list[ProofCheck]:
    """Note of each promised proof whether it was found true; `untrue` are material ids. Raises RuleViolation.

    A proof that is not true means that the commitment is not kept: `post_checks.check` sees to that.
    """
    found = [(check, promise) for check in checks for promise in relied_on(check)]
    unknown = set(untrue) - {promise.material for _check, promise in found}
    if unknown:
        raise RuleViolation(
            "no_such_proof",
            _("这些材料没有以承诺代替：%(names)s") % {"names": "、".join(sorted(unknown))},
            field="untrue",
            rule="R6.7",
        )
    rows = [
        ProofCheck(promise=promise, post_check=check, is_true=promise.material not in untrue)
        for check, promise in found
    ]
    if rows:
        insert_rows(rows)
    return rows
