"""The database refuses to change or remove audit entries (audit/triggers.py)."""

from django.db import migrations

from audit import triggers


def put_up(apps, schema_editor):
    triggers.install(schema_editor.connection)


def take_down(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(put_up, take_down)]
