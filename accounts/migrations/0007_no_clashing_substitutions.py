"""The database refuses substitutions that overlap or lead back (accounts/fences.py)."""

from django.db import migrations

from accounts import fences


def put_up(apps, schema_editor):
    fences.install(schema_editor.connection)


def take_down(apps, schema_editor):
    fences.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_substitutions")]

    operations = [migrations.RunPython(put_up, take_down)]
