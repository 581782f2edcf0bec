"""The column of a permit that ended is named for all five ends, not for revocation alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permits", "0032_bars_on_applying_again")]

    operations = [
        migrations.RemoveConstraint(model_name="casematter", name="matter_revoked_is_granted"),
        migrations.RenameField(model_name="casematter", old_name="revoked_at", new_name="permit_ended_at"),
        migrations.AlterField(
            model_name="casematter",
            name="permit_ended_at",
            field=models.DateTimeField(
                blank=True, help_text="when the permit ended, by whichever of the five acts or its term (R2.33)", null=True
            ),
        ),
        migrations.AddConstraint(
            model_name="casematter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("permit_ended_at", None), models.Q(("lapsed_at", None), ("state", "granted")), _connector="OR"
                ),
                name="matter_whose_permit_ended_is_granted",
            ),
        ),
    ]
