"""Rows of the register that were loaded before get their pinyin and initials."""

from django.db import migrations

from accounts.enterprises import pinyin_of


def fill(apps, _editor):
    entries = apps.get_model("accounts", "RegisterEntry")
    rows = list(entries.objects.all())
    for row in rows:
        row.pinyin, row.initials = pinyin_of(row.name)
    entries.objects.bulk_update(rows, ["pinyin", "initials"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_pinyin_of_the_register")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
