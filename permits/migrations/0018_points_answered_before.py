"""Points of notices that were answered before each had a state of its own are answered."""

from django.db import migrations


def answered(apps, _editor):
    items = apps.get_model("permits", "SupplementItem").objects
    items.filter(answered_at__isnull=False).update(state="answered")


class Migration(migrations.Migration):
    dependencies = [("permits", "0017_state_of_each_point")]

    operations = [migrations.RunPython(answered, migrations.RunPython.noop)]
