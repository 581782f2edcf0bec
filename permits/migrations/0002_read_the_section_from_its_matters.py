from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def end_withdrawn(apps, schema_editor):
    """Matters withdrawn so far are over since their case was closed."""
    case_matter, case = apps.get_model("permits", "CaseMatter"), apps.get_model("permits", "Case")
    closed = case.objects.filter(pk=OuterRef("case_id"))
    case_matter.objects.filter(state="withdrawn", ended_at=None).update(
        ended_at=Subquery(closed.annotate(at=Coalesce(F("closed_at"), F("created_at"))).values("at")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="section", name="section_open_by_body"),
        migrations.RemoveField(model_name="section", name="done_at"),
        migrations.RenameField(model_name="casematter", old_name="decided_at", new_name="ended_at"),
        migrations.AlterField(
            model_name="casematter",
            name="ended_at",
            field=models.DateTimeField(blank=True, help_text="when it was decided or withdrawn", null=True),
        ),
        migrations.RunPython(end_withdrawn, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="casematter",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["section"], name="matter_not_over"),
        ),
        migrations.AddIndex(
            model_name="section",
            index=models.Index(fields=["body", "promised_by"], name="section_by_body"),
        ),
        migrations.AddConstraint(
            model_name="casematter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["pending", "inspecting", "rectifying"])),
                    models.Q(("ended_at__isnull", False), ("state__in", ["granted", "refused", "withdrawn"])),
                    _connector="OR",
                ),
                name="matter_over_has_its_moment",
            ),
        ),
    ]
