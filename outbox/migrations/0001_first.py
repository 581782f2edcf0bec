"""The tables as the first version has them. A database that has played what this replaces has them already."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("outbox", "0001_initial"),
        ("outbox", "0002_messages"),
    ]

    dependencies = [
        ('accounts', '0001_first'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MessagePreference',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='message_preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], default='zh-hans', max_length=10, verbose_name='消息语言')),
                ('email', models.BooleanField(default=True, verbose_name='电子邮件')),
                ('sms', models.BooleanField(default=True, verbose_name='短信')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100, unique=True)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('channel', models.CharField(choices=[('inbox', '站内消息'), ('email', '电子邮件'), ('sms', '短信')], max_length=8)),
                ('kind', models.CharField(max_length=40)),
                ('about', models.CharField(blank=True, db_index=True, max_length=30)),
                ('language', models.CharField(max_length=10)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField()),
                ('link', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('channel', 'inbox')), fields=['recipient', '-created_at'], name='message_inbox'), models.Index(condition=models.Q(('channel', 'inbox'), ('read_at__isnull', True)), fields=['recipient'], name='message_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('channel', 'inbox'), ('recipient__isnull', False)), models.Q(models.Q(('channel', 'inbox'), _negated=True), models.Q(('address', ''), _negated=True)), _connector='OR'), name='message_goes_to_somebody')],
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('succeeded', models.BooleanField()),
                ('detail', models.CharField(blank=True, help_text="the channel's receipt, or what went wrong", max_length=200)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='outbox.message')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('payload', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('waiting', '待发'), ('done', '已发'), ('dead', '失败')], default='waiting', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['due_at'], name='outbox_waiting_by_due_at')],
            },
        ),
    ]
