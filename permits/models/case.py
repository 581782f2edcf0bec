"""The case (办件), its matters (许可事项) and its sections (部门审批环节)."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from accounts.models import Authority, Body, Enterprise, User
from audit.models import Audited
from industries.entities import Catalogue
from industries.models import CatalogueVersion, Notice
from industries.publishing import catalogue_of, kept
from permits.models.after_grant import AFTER_GRANT, AfterGrant
from permits.models.left_out import LeavesOut
from permits.models.site_checks import NOT_GRANTED_AGAINST_THE_CHECK, SiteChecked
from permits.models.two_persons import BY_TWO, DecidedByTwo


class CaseQuerySet(models.QuerySet["Case"]):
    """Who sees which cases stands here and nowhere else."""

    def visible_to(self, user: User) -> "CaseQuerySet":
        """Applicants see their enterprises' cases, agents those of a running authority (R2.16), staff what their role reads."""
        if not user.is_authenticated:
            return self.none()
        submitted = ~Q(state=Case.State.DRAFT)
        if user.role == User.Role.APPLICANT:
            running = Authority.objects.running().held_by(user).filter(enterprise=OuterRef("enterprise"))
            authorised = running.filter(Q(case_key="") | Q(case_key=OuterRef("key")))
            return self.filter(Q(enterprise__in=Enterprise.objects.represented_by(user)) | Exists(authorised))
        if user.role == User.Role.OFFICER:
            own = Section.objects.of_body(user.body_id).values("case")
            asked = self.model.objects.filter(
                state=Case.State.SUBMITTED, reviews__body_id=user.body_id or "", reviews__ended_at=None
            )
            accepted = Q(accepted_on__isnull=False, pk__in=own)
            return self.filter(submitted, accepted | Q(pk__in=asked.values("pk")))
        if user.role == User.Role.SUBDISTRICT:
            return self.filter(sections__body_id=user.body_id).exclude(accepted_on=None)
        return self.all() if user.role == User.Role.WINDOW else self.filter(submitted)

    def open(self) -> "CaseQuerySet":
        """Cases in which someone still has to act."""
        return self.filter(state__in=Case.OPEN_STATES)


class Case(FSMModelMixin, LeavesOut, Audited):
    """One application with its number. `state` is the legal state only; who acts now is the flow's business."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")
        SUPPLEMENT_REQUESTED = "supplement_requested", _("待补正")
        ACCEPTED = "accepted", _("已受理")
        DECIDING = "deciding", _("审批中")
        ISSUED = "issued", _("已发证")
        CLOSED_SINGLE = "closed_single", _("已办结(单项许可)")
        CLOSED_REFUSED = "closed_refused", _("已办结(不予许可)")
        DECLINED = "declined", _("不予受理")
        WITHDRAWN = "withdrawn", _("已撤回申请")
        RETURNED = "returned", _("已退回(逾期未补正)")

    class Channel(models.TextChoices):
        ONLINE = "online", _("网上")
        WINDOW = "window", _("窗口")

    class Acceptance(models.TextChoices):
        EXPLICIT = "explicit", _("受理决定")
        DEEMED = "deemed", _("逾期视为受理")

    OPEN_STATES = (State.SUBMITTED, State.SUPPLEMENT_REQUESTED, State.ACCEPTED, State.DECIDING)
    UNDECIDED_STATES = (State.ACCEPTED, State.DECIDING)

    key = models.CharField(max_length=24, unique=True, help_text="address of the draft; unguessable")
    number = models.CharField(_("办件编号"), max_length=30, unique=True, null=True, blank=True)
    code = models.CharField(max_length=24, unique=True, help_text="opens the progress page without sign-in")
    state = FSMField(_("状态"), max_length=24, choices=State, default=State.DRAFT, protected=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.ONLINE)  # handed in; of a draft, begun
    with_counter = models.BooleanField(default=False, help_text="begun there or taken over, not handed back (R6.18)")

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="cases")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="cases", help_text="who acts as agent"
    )
    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    industries = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    ordinary = models.JSONField(
        default=dict,
        help_text="matters that might go by commitment and go the ordinary way, each with why (R6.3, R6.4)",
    )
    delivery_way = models.CharField(max_length=12, blank=True, help_text="as wished; empty: to the door (R1.32)")
    delivery_address = models.CharField(max_length=200, blank=True, help_text="where papers go; empty: the premises")
    e_service_since = models.DateTimeField(null=True, blank=True, help_text="since when papers may be served on line")

    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    received_on = models.DateField(_("收件日期"), null=True, blank=True)
    complete_on = models.DateField(_("材料齐全日期"), null=True, blank=True)
    accepted_on = models.DateField(_("受理日期"), null=True, blank=True)
    acceptance = models.CharField(max_length=10, choices=Acceptance, blank=True)
    promised_days = models.PositiveSmallIntegerField(default=0)
    promised_by = models.DateField(_("承诺办结日期"), null=True, blank=True)
    provisional = models.BooleanField(default=False, help_text="a date below rests on a provisional calendar")
    tolerance_offered_at = models.DateTimeField(null=True, blank=True, help_text="first offer (R6.9)")
    issued_early_at = models.DateTimeField(
        null=True, blank=True, help_text="when what was granted was issued before the rest was decided (R6.21)"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "promised_by"]),
            models.Index(fields=["enterprise", "state"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_submitted_has_number_and_date",
                condition=Q(state="draft") | Q(number__isnull=False, received_on__isnull=False) | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="case_accepted_has_date",
                condition=~Q(state__in=["accepted", "deciding", "issued", "closed_single", "closed_refused"])
                | Q(accepted_on__isnull=False, promised_by__isnull=False),
            ),
            models.CheckConstraint(
                name="case_issued_early_ends_issued",
                condition=Q(issued_early_at=None) | Q(state__in=["deciding", "issued"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.key

    def get_absolute_url(self) -> str:
        """The page of truth; what never got a number, a draft, has its task list."""
        if not self.number:
            return reverse("permits:draft", args=[self.key])
        return reverse("workflows:case", args=[self.number])

    def holder(self) -> tuple[str, str]:
        """Name and credit code of the enterprise; a locked case has brought them along (`permits.locking`)."""
        if "holder_name" in self.__dict__:
            return self.__dict__["holder_name"], self.__dict__["holder_uscc"]
        return self.enterprise.name, self.enterprise.uscc

    def agent_facts(self, on: date) -> dict[str, str]:
        """The agent whom a paper of this day names (R2.16), if any; a locked case has brought the facts along."""
        if self.authority_id is None:
            return {}
        known = self.__dict__
        if "agent_name" not in known and (it := self.authority):
            known = {"agent_name": it.agent_name, "agent_until": it.until, "agent_revoked_at": it.revoked_at}
        if known["agent_revoked_at"] is not None or str(known["agent_until"]) < str(on):
            return {}
        return {"agent": known["agent_name"], "agent_until": str(known["agent_until"])}

    @property
    def own_catalogue(self) -> Catalogue:
        """The catalogue that the case is pinned to (R0.1); a locked case has brought its hash along."""
        return kept(self.__dict__.get("catalogue_sha256", "")) or catalogue_of(self.catalogue)

    @property
    def is_open(self) -> bool:  # somebody still has to act before the case is decided
        return self.state in self.OPEN_STATES

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # Django makes one unless there is one
        """The state in words; an acceptance that ended (R6.11) is told apart from a return before it (R2.10)."""
        ended = self.state == self.State.RETURNED and self.accepted_on is not None
        return str(_("终止受理(逾期未补齐材料)") if ended else self.State(self.state).label)

    @transition(state, source=State.DRAFT, target=State.SUBMITTED)
    def submit(self) -> None:
        """The applicant hands in (申请); receipt is confirmed by the filing receipt (R2.3, R2.7)."""

    @transition(state, source=State.SUBMITTED, target=State.SUPPLEMENT_REQUESTED)
    def request_supplement(self) -> None:
        """One notice of all corrections (一次告知补正, R2.9)."""

    @transition(state, source=State.SUPPLEMENT_REQUESTED, target=State.SUBMITTED)
    def answer_supplement(self) -> None:
        """The applicant delivers the corrections (补正)."""

    @transition(state, source=[State.SUBMITTED, State.SUPPLEMENT_REQUESTED], target=State.ACCEPTED)
    def accept(self) -> None:
        """Acceptance (受理), explicit or by silence (R2.7, R2.8)."""

    @transition(state, source=State.SUBMITTED, target=State.DECLINED)
    def decline(self) -> None:
        """Non-acceptance (不予受理), with reasons and remedies."""

    @transition(state, source=State.SUPPLEMENT_REQUESTED, target=State.RETURNED)
    def send_back(self) -> None:
        """Return (退回) because the supplement never came; not a refusal (R2.10)."""

    @transition(state, source=[State.ACCEPTED, State.DECIDING], target=State.RETURNED)
    def end_acceptance(self) -> None:
        """Acceptance ends (终止受理) because a paper that could come later never came; not a refusal (R6.11)."""

    @transition(state, source=[State.DRAFT, *OPEN_STATES], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """Withdrawal by the applicant before the decision (撤回申请)."""

    @transition(state, source=[State.ACCEPTED, State.DECIDING], target=State.DECIDING)
    def begin_deciding(self) -> None:
        """Some matter is decided, not yet all."""

    @transition(state, source=[State.ACCEPTED, State.DECIDING], target=State.ISSUED)
    def issue(self) -> None:
        """At least two matters granted: the combined licence is issued (R1.9)."""

    @transition(state, source=[State.ACCEPTED, State.DECIDING], target=State.CLOSED_SINGLE)
    def close_single(self) -> None:
        """One matter granted: its own permit, no combined licence (R1.9)."""

    @transition(state, source=[State.ACCEPTED, State.DECIDING], target=State.CLOSED_REFUSED)
    def close_refused(self) -> None:
        """No matter granted."""


class SectionQuerySet(models.QuerySet["Section"]):
    """Worklists of departments are made of sections, never of the flow's task table."""

    def of_body(self, body_id: str | None) -> "SectionQuerySet":
        """The sections of one department."""
        return self.filter(body_id=body_id)

    def open(self) -> "SectionQuerySet":
        """Sections whose decision is due: the case is accepted and a matter is still pending."""
        return self.filter(Section.waiting())


class Section(models.Model):
    """One department's part of a case. Whether it is done is read from its matters, never written down a second time."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sections")
    body = models.ForeignKey(Body, to_field="code", on_delete=models.PROTECT, related_name="sections")
    opened_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="claimed_sections"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    promised_by = models.DateField(null=True, blank=True)
    statutory_by = models.DateField(null=True, blank=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "body"], name="one_section_per_case_and_body")]
        indexes = [models.Index(fields=["body", "promised_by"], name="section_by_body")]

    def __str__(self) -> str:
        return f"{self.case} / {self.body}"

    @staticmethod
    def waiting() -> Q:
        """Sections with a matter that is not over, of accepted cases; the few open matters are found by their index."""
        unfinished = CaseMatter.objects.filter(ended_at=None).values("section")
        return Q(pk__in=unfinished, case__state__in=Case.UNDECIDED_STATES)

    @staticmethod
    def finished() -> Q:
        """Sections whose matters are all decided or withdrawn, or whose acceptance has ended (R6.11)."""
        over = ~Q(pk__in=CaseMatter.objects.filter(ended_at=None).values("section"))
        return over | Q(case__state=Case.State.RETURNED)

    @property
    def ended_at(self) -> datetime | None:
        """When the last of its matters was decided or withdrawn; None while one waits."""
        moments = [matter.ended_at for matter in self.matters.all()]
        return None if None in moments else max((at for at in moments if at), default=None)


class CaseMatter(FSMModelMixin, DecidedByTwo, SiteChecked, AfterGrant):
    """One permit or filing within a case: its own department, clock, decision and remedy (R1.5)."""

    class State(models.TextChoices):
        PENDING = "pending", _("待决定")
        INSPECTING = "inspecting", _("待核查")
        RECTIFYING = "rectifying", _("整改中")
        GRANTED = "granted", _("准予")
        REFUSED = "refused", _("不予许可")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Route(models.TextChoices):
        ORDINARY = "ordinary", _("一般程序")
        COMMITMENT = "commitment", _("告知承诺")

    UNDECIDED_STATES = (State.PENDING, State.INSPECTING, State.RECTIFYING)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="matters")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="matters")
    matter = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField(default=0)
    route = models.CharField(max_length=12, choices=Route, default=Route.ORDINARY)
    statutory_days = models.PositiveSmallIntegerField()
    day_type = models.CharField(max_length=10)
    promised_days = models.PositiveSmallIntegerField()
    validity_years = models.PositiveSmallIntegerField(null=True, blank=True)
    statutory_by = models.DateField(null=True, blank=True)
    promised_by = models.DateField(null=True, blank=True)

    state = FSMField(_("状态"), max_length=12, choices=State, default=State.PENDING, protected=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was decided or withdrawn")
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    opinion = models.TextField(blank=True)
    permit_number = models.CharField(max_length=60, blank=True)
    scope = models.TextField(blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    delivery = models.ForeignKey(
        "permits.Delivery", on_delete=models.PROTECT, null=True, blank=True, related_name="matters"
    )
    lapsed_at = models.DateTimeField(
        null=True, blank=True, help_text="granted on a condition that was never met: no permit came of it (R6.11)"
    )

    class Meta:
        ordering = ["case_id", "position"]
        indexes = [models.Index(fields=["section"], condition=Q(ended_at=None), name="matter_not_over")]
        constraints = [
            models.UniqueConstraint(fields=["case", "matter"], name="one_row_per_case_and_matter"),
            models.CheckConstraint(
                name="matter_over_has_its_moment",
                condition=Q(state__in=["pending", "inspecting", "rectifying"], ended_at__isnull=True)
                | Q(state__in=["granted", "refused", "withdrawn"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_decided_has_date_and_refusal_a_reason",
                condition=Q(state__in=["pending", "inspecting", "rectifying", "withdrawn"])
                | (Q(decided_on__isnull=False) & (Q(state="granted") | ~Q(reason=""))),
            ),
            BY_TWO,
            NOT_GRANTED_AGAINST_THE_CHECK,
            models.CheckConstraint(
                name="matter_lapsed_is_granted_and_kept",
                condition=Q(lapsed_at=None) | Q(state="granted", delivery=None),
            ),
            *AFTER_GRANT,
            models.CheckConstraint(
                name="matter_valid_to_not_before_valid_from",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def is_undecided(self) -> bool:
        """Whether the department still has to decide."""
        return self.state in self.UNDECIDED_STATES

    @property
    def over_on(self) -> date | None:
        """The day on which its clock ended: of the decision, or of the withdrawal."""
        return self.decided_on or (timezone.localtime(self.ended_at).date() if self.ended_at else None)

    @property
    def is_filing(self) -> bool:
        """A filing (备案) rather than a permit; granted is then shown as 已备案."""
        return self.kind == "备案"

    def state_words(self) -> str:
        """The state in words, as the applicant should read it."""
        if words := self.ended_words():
            return words
        if self.state == self.State.GRANTED and self.is_filing:
            return str(_("已备案"))
        return str(self.State(self.state).label)

    @transition(state, source=State.PENDING, target=State.GRANTED, conditions=[DecidedByTwo.has_its_handler])
    def grant(self) -> None:
        """The department grants (准予许可, R2.24) or registers the filing."""

    @transition(state, source=list(UNDECIDED_STATES), target=State.REFUSED, conditions=[DecidedByTwo.has_its_handler])
    def refuse(self) -> None:
        """The department refuses, in writing, with reasons (R2.25)."""

    @transition(state, source=list(UNDECIDED_STATES), target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The applicant withdraws this matter."""
