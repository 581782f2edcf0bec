"""What the city's store of electronic licences (市电子证照库) has acknowledged, and how its days compared with ours."""

from django.db import models

from certificates.models.licences import LicenceVersion


class CollectedEntry(models.Model):
    """Something about a version that was sent to the store: the version itself, or that it takes the place of the one before.

    Without `at` it is not acknowledged any more: the store was found not to have it, and it goes out again.
    """

    class Step(models.TextChoices):
        ISSUED = "issued"
        REPLACES = "replaces"

    version = models.ForeignKey(LicenceVersion, on_delete=models.PROTECT, related_name="entries")
    step = models.CharField(max_length=10, choices=Step)
    sha256 = models.CharField(max_length=64, help_text="of what was sent and acknowledged")
    receipt = models.CharField(max_length=100, blank=True, help_text="the store's own number for it")
    at = models.DateTimeField(null=True, blank=True, help_text="when the store acknowledged it")

    class Meta:
        ordering = ["version_id", "step"]
        constraints = [models.UniqueConstraint(fields=["version", "step"], name="one_entry_per_version_and_step")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.step}"


class CollectionDay(models.Model):
    """A day's entries compared with the store's: how many each side has, by which digest, what was sent again."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    their_digest = models.CharField(max_length=64)
    again = models.PositiveIntegerField(help_text="versions that were sent again because of it")
    unknown = models.PositiveIntegerField(help_text="entries that the store has and we do not know")

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.ours} / {self.theirs}"

    @property
    def agreed(self) -> bool:
        """Whether both sides had the same, nothing was missing."""
        return self.digest == self.their_digest and not self.again
