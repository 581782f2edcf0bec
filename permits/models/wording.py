"""The official wording of papers: versions that never change once published, and the drafts of the next ones."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from industries.models import WrittenOnce, WrittenOnceQuerySet

BLOCKS = ("title", "opening", "body", "closing")
"""The parts of a wording, in the order of the page."""


class WordingText(models.Model):
    """The words of one form of paper (`permits.papers.forms`)."""

    title = models.CharField(_("标题"), max_length=60)
    opening = models.TextField(_("开头"), blank=True)
    body = models.TextField(_("正文"), blank=True)
    closing = models.TextField(_("结尾"), blank=True)

    class Meta:
        abstract = True

    @property
    def texts(self) -> dict[str, str]:
        """Block → text."""
        return {block: getattr(self, block) for block in BLOCKS}


class Wording(WrittenOnce, WordingText):
    """One published version. Papers pin the version they were written with; nobody's (`published_by`): of the house."""

    form = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    reason = models.CharField(_("修改的理由"), max_length=300)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        ordering = ["form", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="one_wording_per_form_and_version"),
            models.CheckConstraint(
                name="wording_has_a_title_and_a_reason", condition=~models.Q(title="") & ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form}/{self.version}"


class WordingDraft(WordingText):
    """What somebody is writing for a form; one at a time, gone when published. `base`: the version it was begun from."""

    form = models.SlugField(max_length=40, unique=True)
    base = models.PositiveSmallIntegerField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.form} ({self.base})"

    @property
    def mark(self) -> str:
        """Tells one saving from the next."""
        return self.saved_at.isoformat()
