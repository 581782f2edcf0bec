"""Documents: numbered papers of a case. The row is the legal fact; the PDF is made from it afterwards."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Body, User
from permits.models.case import Case
from permits.models.wording import Wording


class DocumentQuerySet(models.QuerySet["Document"]):
    """Which papers of a case a person reads, and which have still to reach their receiver."""

    def unserved(self) -> "DocumentQuerySet":
        """What has to be served and was not; a supplement notice only while its answer is awaited."""
        awaited = ~models.Q(kind="supplement_notice") | models.Q(case__state=Case.State.SUPPLEMENT_REQUESTED)
        return self.filter(awaited, to_serve=True, service=None)

    def readable_by(self, user: User) -> "DocumentQuerySet":
        """Of a case that they see: departments read their own papers, those of the intake, and those of the joint visits in
        which they had a part; all others read all."""
        if user.role not in (User.Role.OFFICER, User.Role.SUBDISTRICT):
            return self
        visited = models.Q(record_of__parts__case_matter__section__body_id=user.body_id)
        visited |= models.Q(notice_of__parts__case_matter__section__body_id=user.body_id)
        shared = Document.objects.filter(visited, kind__in=("inspection_record", "rectification_notice"))
        own = models.Q(body_id=user.body_id) | models.Q(body__kind=Body.Kind.SERVICE_OFFICE)
        return self.filter(own | models.Q(pk__in=shared.values("pk")))


class Document(models.Model):
    """One paper: kind, number without gaps per body, kind and year (R6.12), date, frozen contents; later its PDF."""

    class Kind(models.TextChoices):
        FILING_RECEIPT = "filing_receipt", _("收件凭证")
        SUPPLEMENT_NOTICE = "supplement_notice", _("一次性补正告知书")
        ACCEPTANCE_NOTICE = "acceptance_notice", _("受理通知书")
        DECLINE_DECISION = "decline_decision", _("不予受理决定书")
        COMMITMENT_LETTER = "commitment_letter", _("告知承诺书")
        PROOF_COMMITMENT = "proof_commitment", _("证明事项告知承诺书")
        INDUSTRY_COMMITMENT = "industry_commitment", _("行业承诺书")
        INDUSTRY_BREACH_NOTICE = "industry_breach_notice", _("行业承诺未履行告知书")
        GRANT_DECISION = "grant_decision", _("准予行政许可决定书")
        REFUSAL_DECISION = "refusal_decision", _("不予行政许可决定书")
        COMBINED_LICENCE = "combined_licence", _("行业综合许可证")
        CLOCK_STOP_NOTICE = "clock_stop_notice", _("特别程序告知书")
        HEARING_RIGHT_NOTICE = "hearing_right_notice", _("听证权利告知书")
        HEARING_NOTICE = "hearing_notice", _("听证通知书")
        HEARING_RECORD = "hearing_record", _("听证笔录")
        EXTENSION_NOTICE = "extension_notice", _("延长审批期限告知书")
        RECTIFICATION_ORDER = "rectification_order", _("责令限期整改通知书")
        REVOCATION_DECISION = "revocation_decision", _("撤销行政许可决定书")
        CANCELLATION_RECORD = "cancellation_record", _("注销行政许可决定书")
        CANCELLATION_REFUSAL = "cancellation_refusal", _("不予注销行政许可决定书")
        APPLICATION_RECEIPT = "application_receipt", _("延续、变更、注销申请收件凭证")
        RENEWAL_DECISION = "renewal_decision", _("行政许可延续决定书")
        CHANGE_DECISION = "change_decision", _("行政许可变更决定书")
        SUSPENSION_DECISION = "suspension_decision", _("暂扣许可证件决定书")
        REINSTATEMENT_NOTICE = "reinstatement_notice", _("恢复行政许可通知书")
        WITHDRAWAL_DECISION = "withdrawal_decision", _("撤回行政许可决定书")
        PENALTY_REVOCATION = "penalty_revocation", _("吊销许可证件决定书")
        ACCEPTANCE_ENDED = "acceptance_ended", _("终止受理告知书")
        RETURN_NOTICE = "return_notice", _("退回申请告知书")
        WITHDRAWAL_RECORD = "withdrawal_record", _("撤回申请确认书")
        DELIVERY_RECEIPT = "delivery_receipt", _("送达回证")
        INSPECTION_RECORD = "inspection_record", _("现场核查笔录")
        RECTIFICATION_NOTICE = "rectification_notice", _("整改通知书")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=Kind)
    number = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1, help_text="a licence keeps its number, its versions count up")
    on = models.DateField()
    matters = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    to_serve = models.BooleanField(default=False, help_text="its receiver's days run from its service (R2.34)")
    service = models.ForeignKey(
        "permits.Delivery", on_delete=models.PROTECT, null=True, blank=True, related_name="served"
    )
    file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    ADVERSE = frozenset(
        {
            Kind.DECLINE_DECISION,
            Kind.REFUSAL_DECISION,
            Kind.RECTIFICATION_ORDER,
            Kind.REVOCATION_DECISION,
            Kind.CANCELLATION_RECORD,
            Kind.CANCELLATION_REFUSAL,
            Kind.SUSPENSION_DECISION,
            Kind.WITHDRAWAL_DECISION,
            Kind.PENALTY_REVOCATION,
            Kind.ACCEPTANCE_ENDED,
            Kind.RETURN_NOTICE,
        }
    )
    """What opens a remedy, whose days run from the day on which the party learnt of it (R2.34, R2.39)."""
    DECISIONS = ADVERSE | {Kind.RENEWAL_DECISION, Kind.CHANGE_DECISION}
    """What is served once it is decided: also what was applied for after the grant, granted or not (R2.24, R2.34)."""
    SERVED = DECISIONS | {Kind.SUPPLEMENT_NOTICE}
    """What has to be served: also the notice from which the days of the answer run (R2.10)."""

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["case", "kind"]),
            models.Index(fields=["case"], condition=models.Q(to_serve=True, service=None), name="paper_unserved"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="one_paper_per_number_and_version"),
            models.CheckConstraint(
                name="paper_served_had_to_be", condition=models.Q(service=None) | models.Q(to_serve=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    FILING_TITLES = {
        Kind.GRANT_DECISION: _("备案通知书"),
        Kind.REFUSAL_DECISION: _("不予备案决定书"),
        Kind.REVOCATION_DECISION: _("撤销备案决定书"),
        Kind.CANCELLATION_RECORD: _("注销备案通知书"),
        Kind.CANCELLATION_REFUSAL: _("不予注销备案通知书"),
    }

    @property
    def title(self) -> str:
        """What the paper is called: a filing is registered, not granted."""
        kind = self.Kind(self.kind)
        if kind == self.Kind.COMMITMENT_LETTER and self.facts.get("tolerated"):
            return str(_("容缺受理承诺书"))  # another thing than the commitment on a permit's conditions (R6.7)
        name = str(self.FILING_TITLES.get(kind, kind.label) if self.facts.get("kind") == "备案" else kind.label)
        if kind == self.Kind.PROOF_COMMITMENT:
            name = f"{self.facts['proof']}{name}"
        if self.version > 1:
            return str(_("%(paper)s（第 %(version)d 版）")) % {"paper": name, "version": self.version}
        return name
