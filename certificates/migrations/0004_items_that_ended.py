"""The day on which an item ended; those revoked so far have it from their matter."""

from django.db import migrations, models
from django.utils import timezone


def date_the_ended(apps, schema_editor):
    """Revocation was the only end so far."""
    for item in apps.get_model("certificates", "LicenceItem").objects.filter(state="revoked").select_related("case_matter"):
        item.ended_on = timezone.localtime(item.case_matter.permit_ended_at).date()
        item.save(update_fields=["ended_on"])


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_sealed_papers"), ("permits", "0033_permits_that_end")]

    operations = [
        migrations.AddField(
            model_name="licenceitem",
            name="ended_on",
            field=models.DateField(blank=True, help_text="when it ended, whichever of its five ends (R2.33)", null=True),
        ),
        migrations.RunPython(date_the_ended, migrations.RunPython.noop),
    ]
