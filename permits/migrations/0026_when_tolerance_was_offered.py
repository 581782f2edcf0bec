from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Min


def note_first_offers(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Cases whose papers were offered to come later get the moment of their first offer."""
    tolerances = apps.get_model("permits", "Tolerance").objects
    for case, first in tolerances.values_list("case").annotate(first=Min("offered_at")).order_by("case"):
        apps.get_model("permits", "Case").objects.filter(pk=case).update(tolerance_offered_at=first)


class Migration(migrations.Migration):
    dependencies = [("permits", "0025_tolerance_offered_at")]

    operations = [migrations.RunPython(note_first_offers, migrations.RunPython.noop)]
