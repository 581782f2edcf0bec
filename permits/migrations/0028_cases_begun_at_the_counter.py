"""What was begun at the counter is with the counter."""

from django.db import migrations


def mark(apps, _editor):
    apps.get_model("permits", "Case").objects.filter(channel="window").update(with_counter=True)


class Migration(migrations.Migration):
    dependencies = [("permits", "0027_two_channels")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
