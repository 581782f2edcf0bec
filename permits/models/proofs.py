"""Promises that stand in for one proof (证明事项告知承诺), and what the checks afterwards found of them (R6.7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from permits.models.case import Case
from permits.models.filing import SignedLetter
from permits.models.promises import PostCheck


class ProofCommitment(SignedLetter):
    """A signed promise in the place of one proof, for every matter that asks for it; never a promise of conditions (R6.7)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proof_commitments")
    material = models.CharField(max_length=60)
    matters = models.JSONField(default=list, help_text="the matters that ask for the proof")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "material"], name="one_proof_commitment_per_case_and_material")
        ]

    def __str__(self) -> str:
        return f"{self.case}/{self.material}"


class ProofCheck(models.Model):
    """What the check of one matter found of a promised proof: each department that relied on it looks for itself."""

    promise = models.ForeignKey(ProofCommitment, on_delete=models.CASCADE, related_name="checks")
    post_check = models.ForeignKey(PostCheck, on_delete=models.CASCADE, related_name="proofs")
    is_true = models.BooleanField(_("与承诺相符"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "post_check"], name="one_finding_per_proof_and_check")
        ]

    def __str__(self) -> str:
        return f"{self.promise} ({self.is_true})"
