"""What became of a granted matter: revoked, or delivered alone before a licence joined it."""

import django.db.models.deletion
from django.db import migrations, models


def note_revocations(apps, schema_editor):
    """Every revocation so far has left its breach on the record, with the matter and the moment."""
    breaches = apps.get_model("permits", "BreachRecord").objects.filter(case_matter__isnull=False)
    for matter, at in breaches.values_list("case_matter", "recorded_at"):
        apps.get_model("permits", "CaseMatter").objects.filter(pk=matter).update(revoked_at=at)


class Migration(migrations.Migration):
    dependencies = [("permits", "0030_joint_inspections")]

    operations = [
        migrations.AddField(
            model_name="casematter",
            name="delivered_alone",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matters_alone",
                to="permits.delivery",
            ),
        ),
        migrations.AddField(
            model_name="casematter",
            name="licensed_on",
            field=models.DateField(
                blank=True,
                help_text="when a licence joined what had been delivered alone: its ten days begin",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="casematter",
            name="revoked_at",
            field=models.DateTimeField(blank=True, help_text="when the permit was revoked (R2.33)", null=True),
        ),
        migrations.AddConstraint(
            model_name="casematter",
            constraint=models.CheckConstraint(
                condition=models.Q(("revoked_at", None), models.Q(("lapsed_at", None), ("state", "granted")), _connector="OR"),
                name="matter_revoked_is_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="casematter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("delivered_alone__isnull", True), ("licensed_on__isnull", True)),
                    models.Q(("delivered_alone__isnull", False), ("licensed_on__isnull", False), ("state", "granted")),
                    _connector="OR",
                ),
                name="matter_licensed_later_was_delivered_alone",
            ),
        ),
        migrations.RunPython(note_revocations, migrations.RunPython.noop),
    ]
