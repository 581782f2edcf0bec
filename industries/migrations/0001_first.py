"""The tables as the first version has them. A database that has played what this replaces has them already."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("industries", "0001_initial"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.SlugField(max_length=60, unique=True, verbose_name='版本')),
                ('document', models.TextField()),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('published_at', models.DateTimeField()),
                ('effective_from', models.DateField()),
            ],
            options={
                'ordering': ['-effective_from', '-published_at'],
                'base_manager_name': 'without_document',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('without_document', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='告知单编号')),
                ('code', models.CharField(max_length=24, unique=True)),
                ('on', models.DateField()),
                ('industries', models.JSONField()),
                ('answers', models.JSONField()),
                ('result', models.JSONField()),
                ('issued_at', models.DateTimeField()),
                ('catalogue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='industries.catalogueversion')),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
