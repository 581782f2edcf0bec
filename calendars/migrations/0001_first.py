"""The tables as the first version has them. A database that has played what this replaces has them already."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("calendars", "0001_initial"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('date', models.DateField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('workday', '工作日'), ('weekend', '周末'), ('holiday', '法定节假日'), ('makeup', '调休上班')], max_length=10)),
                ('status', models.CharField(choices=[('official', '正式'), ('provisional', '暂定')], max_length=12)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('source', models.CharField(max_length=60)),
                ('notice_url', models.URLField(blank=True)),
            ],
            options={
                'ordering': ['date'],
            },
        ),
    ]
