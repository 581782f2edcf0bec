"""What a matter knows of its site check (现场核查): whether one is needed, what came of it, and its way through a joint visit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition


class SiteChecked(models.Model):
    """`inspection`: the notice asks for a site check. `site_check`: what settled it; by commitment it follows the decision."""

    class SiteCheck(models.TextChoices):
        OPEN = "", _("没有核查结论")
        PASSED = "passed", _("现场核查通过")
        FAILED = "failed", _("现场核查不通过")
        ELSEWHERE = "elsewhere", _("不进行联合核查")

    inspection = models.BooleanField(default=False)
    site_check = models.CharField(max_length=10, choices=SiteCheck, blank=True, default="")
    site_check_reason = models.TextField(
        blank=True, help_text="why there was no joint visit, or what was found wanting"
    )

    class Meta:
        abstract = True

    @property
    def needs_site_check(self) -> bool:
        """Whether a grant still has to wait for a site check or for the department's reason why none is made."""
        return self.inspection and not self.site_check and self.route != "commitment"  # type: ignore[attr-defined]

    @property
    def is_under_inspection(self) -> bool:
        """Whether a joint visit or its rectification is under way for it."""
        return self.state in ("inspecting", "rectifying")  # type: ignore[attr-defined]

    @transition("state", source=["pending", "rectifying"], target="inspecting")
    def begin_inspection(self) -> None:
        """A joint visit, or the re-inspection after it, stands on somebody's list."""

    @transition("state", source="inspecting", target="rectifying")
    def order_changes(self) -> None:
        """Something is to be put right within a period (整改), then looked at again."""

    @transition("state", source=["inspecting", "rectifying"], target="pending")
    def end_inspection(self) -> None:
        """The visit has its outcome, or does not take place: the department decides."""


NOT_GRANTED_AGAINST_THE_CHECK = models.CheckConstraint(
    name="matter_granted_did_not_fail_its_check", condition=~Q(state="granted", site_check="failed")
)
