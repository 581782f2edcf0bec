"""Matters that the applicant leaves out of a case because they are barred from applying for them (R2.27)."""

from django.db import models


class LeavesOut(models.Model):
    """What the answers call for and this case does not apply for; the notice tells them as blocked."""

    left_out = models.JSONField(default=list, help_text="ids of matters that are barred and left out (R2.27)")

    class Meta:
        abstract = True
