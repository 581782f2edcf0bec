"""The number series of public bodies."""

from django.db import models


class NumberSeries(models.Model):
    """The last number that a body gave out for one kind of paper in one year. Gapless: it moves with the paper's row."""

    body = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "kind", "year"], name="one_series_per_body_kind_year")]

    def __str__(self) -> str:
        return f"{self.body}/{self.kind}/{self.year}: {self.last}"
