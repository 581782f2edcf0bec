"""The tables as the first version has them. A database that has played what this replaces has them already."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("certificates", "0001_initial"),
        ("certificates", "0002_sheets_printed"),
        ("certificates", "0003_sealed_papers"),
        ("certificates", "0004_items_that_ended"),
        ("certificates", "0005_ends_have_their_day"),
        ("certificates", "0006_renewals_and_changes"),
        ("certificates", "0007_what_the_store_has"),
        ("certificates", "0008_cancellations_and_suspensions"),
        ("certificates", "0009_acts_by_two_persons"),
        ("certificates", "0010_thirty_days_to_register"),
    ]

    dependencies = [
        ('accounts', '0001_first'),
        ('permits', '0001_first'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CollectionDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('at', models.DateTimeField()),
                ('ours', models.PositiveIntegerField()),
                ('theirs', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('their_digest', models.CharField(max_length=64)),
                ('again', models.PositiveIntegerField(help_text='versions that were sent again because of it')),
                ('unknown', models.PositiveIntegerField(help_text='entries that the store has and we do not know')),
            ],
            options={
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='SealCertificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64, unique=True)),
                ('subject', models.CharField(max_length=200)),
                ('pem', models.TextField()),
                ('added_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('leaked', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kid', models.CharField(max_length=16, unique=True)),
                ('algorithm', models.CharField(max_length=10)),
                ('public_pem', models.TextField()),
                ('valid_from', models.DateTimeField()),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='HolderApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('renewal', '延续'), ('change', '变更'), ('cancel', '注销')], max_length=10)),
                ('fields', models.JSONField(default=dict, help_text='what is to change: field, [before, after]')),
                ('reason', models.TextField(blank=True, help_text="why the permits are to be cancelled, in the holder's words")),
                ('filed_at', models.DateTimeField()),
                ('filed_on', models.DateField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='permits.case')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='permits.document')),
            ],
            options={
                'ordering': ['filed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audit_length', models.PositiveIntegerField(default=0)),
                ('audit_head', models.CharField(blank=True, default='', max_length=64)),
                ('number', models.CharField(max_length=60, unique=True, verbose_name='证书编号')),
                ('code', models.CharField(help_text='the address part of /v/<code>', max_length=16, unique=True)),
                ('issued_on', models.DateField()),
                ('issued_at', models.DateTimeField()),
                ('collected_until', models.DateTimeField(blank=True, help_text="until then somebody is out with its versions to the city's store", null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='licence', to='permits.case')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='licences', to='accounts.enterprise')),
            ],
            options={
                'ordering': ['-issued_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='LicenceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=100)),
                ('position', models.PositiveSmallIntegerField()),
                ('number', models.CharField(max_length=60)),
                ('scope', models.TextField(blank=True)),
                ('granted_on', models.DateField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('state', django_fsm.FSMField(choices=[('valid', '有效'), ('suspended', '暂扣'), ('expired', '已过期'), ('withdrawn', '已撤回'), ('revoked', '已撤销'), ('revoked_as_penalty', '已吊销'), ('cancelled', '已注销')], default='valid', max_length=20, protected=True, verbose_name='状态')),
                ('ended_on', models.DateField(blank=True, help_text='when it ended, whichever of its five ends (R2.33)', null=True)),
                ('suspended_until', models.DateField(blank=True, help_text='the last day of its last suspension, where the decision set one (R2.33)', null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.body', to_field='code')),
                ('case_matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='item', to='permits.casematter')),
                ('licence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='certificates.licence')),
            ],
            options={
                'ordering': ['licence_id', 'position'],
                'indexes': [models.Index(condition=models.Q(('ended_on', None), ('valid_to__isnull', False)), fields=['valid_to'], name='item_running_by_its_end'), models.Index(condition=models.Q(('state', 'suspended'), ('suspended_until__isnull', False)), fields=['suspended_until'], name='item_suspended_by_its_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('state__in', ['valid', 'suspended'])), models.Q(models.Q(('state__in', ['valid', 'suspended']), _negated=True), ('ended_on__isnull', False)), _connector='OR'), name='item_ended_has_its_day'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='item_valid_to_not_before_valid_from')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ApplicationPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', django_fsm.FSMField(choices=[('pending', '待决定'), ('granted', '准予'), ('refused', '不予准许'), ('silent', '逾期未决定，视为准予'), ('void', '许可已终止，不再办理')], default='pending', max_length=10, protected=True, verbose_name='状态')),
                ('due_on', models.DateField(help_text="the last day for the decision; of a renewal the permit's own last day")),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='permits.document')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='certificates.holderapplication')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='certificates.licenceitem')),
            ],
            options={
                'ordering': ['application_id', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'pending')), fields=('item',), name='one_application_per_permit'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='part_over_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='part_refused_has_its_reason')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='ActProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('suspend', '拟暂扣'), ('withdraw_grant', '拟撤回'), ('revoke', '拟撤销'), ('revoke_as_penalty', '拟吊销')], max_length=20)),
                ('said', models.JSONField(default=dict)),
                ('state', django_fsm.FSMField(choices=[('proposed', '待审批'), ('approved', '已批准'), ('sent_back', '已退回'), ('recalled', '已收回'), ('lapsed', '因不再办理而失效')], default='proposed', max_length=12, protected=True)),
                ('proposed_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, help_text="the approver's opinion, or why it was sent back")),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='act_proposals', to='permits.case')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='certificates.licenceitem')),
            ],
            options={
                'ordering': ['proposed_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('item',), name='one_waiting_act_proposal_per_permit'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'sent_back']), _negated=True), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answered_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='act_proposal_answered_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent_back'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='act_proposal_sent_back_with_a_reason')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='LicenceVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField()),
                ('reason', models.CharField(max_length=60)),
                ('facts', models.JSONField()),
                ('payload', models.BinaryField(max_length=600)),
                ('kid', models.CharField(max_length=16)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('drawn_sha256', models.CharField(blank=True, help_text='of the paper before it was sealed', max_length=64)),
                ('rendered_at', models.DateTimeField(blank=True, null=True)),
                ('licence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='certificates.licence')),
            ],
            options={
                'ordering': ['licence_id', 'version'],
                'constraints': [models.UniqueConstraint(fields=('licence', 'version'), name='one_licence_version')],
            },
        ),
        migrations.CreateModel(
            name='LicencePrint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nth', models.PositiveSmallIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prints', to='certificates.licenceversion')),
            ],
            options={
                'ordering': ['version_id', 'nth'],
                'constraints': [models.UniqueConstraint(fields=('version', 'nth'), name='one_print_per_version_and_number')],
            },
        ),
        migrations.CreateModel(
            name='CollectedEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('issued', 'Issued'), ('replaces', 'Replaces')], max_length=10)),
                ('sha256', models.CharField(help_text='of what was sent and acknowledged', max_length=64)),
                ('receipt', models.CharField(blank=True, help_text="the store's own number for it", max_length=100)),
                ('at', models.DateTimeField(blank=True, help_text='when the store acknowledged it', null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='certificates.licenceversion')),
            ],
            options={
                'ordering': ['version_id', 'step'],
                'constraints': [models.UniqueConstraint(fields=('version', 'step'), name='one_entry_per_version_and_step')],
            },
        ),
        migrations.CreateModel(
            name='RegistrationDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('how', models.CharField(blank=True, choices=[('changed', '已办理经营范围变更登记'), ('cancelled', '已办理注销登记'), ('regained', '已重新取得该项许可')], max_length=10)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='duty', to='certificates.licenceitem')),
                ('noted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('done_on', None)), fields=['due_on'], name='duty_open_by_its_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('done_on', None), ('how', '')), models.Q(('done_on__isnull', False), models.Q(('how', ''), _negated=True)), _connector='OR'), name='duty_done_says_how')],
            },
        ),
    ]
