"""Authorities (委托授权, Licensing Law art. 29): who may do what for an enterprise, until when, and what proves it."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, TruncDate
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.identity import DOCUMENT_WORDS, mask_id, mask_phone
from accounts.models.enterprises import Enterprise
from accounts.models.people import User


class Lack(StrEnum):
    """Why an authority does not carry an act, the reason nearest to being mended first."""

    OUT_OF_SCOPE = "authority_scope"
    NOT_YET = "authority_not_yet"
    EXPIRED = "authority_expired"
    REVOKED = "authority_revoked"
    OTHER_CASE = "authority_other_case"


class AuthorityQuerySet(models.QuerySet["Authority"]):
    """Authorities by whom they authorise and whether they run."""

    def held_by(self, user: User) -> "AuthorityQuerySet":
        """Those that authorise this account."""
        return self.filter(agent=user)

    def running(self, on: date | None = None) -> "AuthorityQuerySet":
        """Those in force on a day; without one, by the database's own clock, for asking what somebody sees now."""
        day = TruncDate(Now()) if on is None else on
        return self.filter(revoked_at=None, since__lte=day, until__gte=day)


class Authority(models.Model):
    """A power of attorney: an enterprise lets an agent do certain acts, in one case or in all, until a day.

    The agent is an account, or a person known by their identity document who comes to the counter. The proof is the
    letter that the representative signed online, or a scan of the paper one; either is kept with its hash.
    """

    class Act(models.TextChoices):
        FILE = "file", pgettext_lazy("委托权限", "填写并提交申请")
        SUPPLEMENT = "supplement", pgettext_lazy("委托权限", "补正材料")
        SIGN = "sign", pgettext_lazy("委托权限", "签署告知承诺书")
        RECEIVE = "receive", pgettext_lazy("委托权限", "领取文书和证照")
        WITHDRAW = "withdraw", pgettext_lazy("委托权限", "撤回申请")

    class Proof(models.TextChoices):
        SIGNED = "signed", _("法定代表人在线签署")
        UPLOADED = "uploaded", _("授权委托书扫描件")
        RECORDED = "recorded", _("沿用此前登记的代理关系")

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="authorities")
    agent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="authorities")
    agent_name = models.CharField(_("代理人姓名"), max_length=60)
    agent_id_type = models.CharField(_("证件类型"), max_length=40, blank=True)
    agent_id_number = models.CharField(_("证件号码"), max_length=30, blank=True)
    agent_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    acts = models.JSONField(default=list)
    case_key = models.CharField(max_length=24, blank=True, help_text="the one case it is for; empty: all cases")
    since = models.DateField()
    until = models.DateField(_("委托期限至"))
    proof = models.CharField(max_length=10, choices=Proof)
    letter = models.TextField(blank=True, help_text="the text that was signed online")
    signed_by = models.CharField(max_length=60, blank=True)
    file = models.CharField(max_length=200, blank=True, help_text="path under the private file store")
    content_type = models.CharField(max_length=60, blank=True)
    sha256_received = models.CharField(max_length=64, blank=True)
    sha256_stored = models.CharField(max_length=64, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.TextField(blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        indexes = [
            models.Index(fields=["agent", "until"], name="authority_by_agent"),
            models.Index(fields=["agent_phone"], name="authority_by_phone"),
            models.Index(fields=["agent_id_number"], name="authority_by_document"),
        ]
        constraints = [
            models.CheckConstraint(name="authority_ends_after_it_begins", condition=Q(until__gte=models.F("since"))),
            models.CheckConstraint(
                name="authority_names_its_agent", condition=Q(agent__isnull=False) | ~Q(agent_id_number="")
            ),
            models.CheckConstraint(
                name="authority_has_its_proof",
                condition=Q(proof="signed") & ~Q(letter="") & ~Q(sha256_stored="")
                | Q(proof="uploaded") & ~Q(file="") & ~Q(sha256_stored="")
                | Q(proof="recorded"),
            ),
            models.CheckConstraint(
                name="authority_revoked_with_a_reason", condition=Q(revoked_at__isnull=True) | ~Q(revoke_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} → {self.agent_name}"

    def runs_on(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.revoked_at is None and self.since <= on <= self.until

    def lacks(self, act: str, case_key: str, on: date) -> Lack | None:
        """Why it does not carry this act in this case on this day; None where it does. An empty key is a new case."""
        if self.case_key and self.case_key != case_key:
            return Lack.OTHER_CASE
        if self.revoked_at is not None:
            return Lack.REVOKED
        if on > self.until:
            return Lack.EXPIRED
        if on < self.since:
            return Lack.NOT_YET
        return None if act in self.acts else Lack.OUT_OF_SCOPE

    @cached_property
    def act_words(self) -> str:
        """What it allows, in words, in the order of the acts."""
        return words_of(self.acts)

    @property
    def masked_id(self) -> str:
        """The agent's document for display: its kind and the number's ends."""
        if not self.agent_id_number:
            return ""
        return f"{DOCUMENT_WORDS.get(self.agent_id_type, self.agent_id_type)} {mask_id(self.agent_id_number)}"

    @property
    def masked_phone(self) -> str:
        """The agent's telephone for display."""
        return mask_phone(self.agent_phone) if self.agent_phone else ""


def words_of(acts: Iterable[str]) -> str:
    """Acts in words, in their order."""
    given = set(acts)
    return pgettext("列举", "、").join(str(act.label) for act in Authority.Act if act in given)
