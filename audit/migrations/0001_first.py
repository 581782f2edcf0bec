"""The tables as the first version has them. A database that has played what this replaces has them already."""

from django.db import migrations, models

from audit import triggers


def put_up(apps, schema_editor):
    """The database refuses to change or remove audit entries (audit/triggers.py)."""
    triggers.install(schema_editor.connection)


def take_down(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("audit", "0001_initial"),
        ("audit", "0002_append_only"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Journal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audit_length', models.PositiveIntegerField(default=0)),
                ('audit_head', models.CharField(blank=True, default='', max_length=64)),
                ('name', models.SlugField(max_length=40, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('seq', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=120)),
                ('act', models.CharField(max_length=60)),
                ('facts', models.JSONField(default=dict)),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'seq'), name='audit_entry_once_per_place')],
            },
        ),
        migrations.RunPython(put_up, take_down),
    ]
