"""The tables as the first version has them. A database that has played what this replaces has them already."""

import django.db.models.deletion
import django_fsm
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("workflows", "0001_initial"),
        ("workflows", "0002_visits"),
        ("workflows", "0003_reminders"),
        ("workflows", "0004_ratings"),
        ("workflows", "0005_hidden_words"),
        ("workflows", "0006_counter_queue"),
        ("workflows", "0007_scans"),
        ("workflows", "0008_bookings_told"),
    ]

    dependencies = [
        ('accounts', '0001_first'),
        ('certificates', '0001_first'),
        ('permits', '0001_first'),
        ('viewflow', '0015_task_scheduled'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseProcess',
            fields=[
                ('process_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='viewflow.process')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='process', to='permits.case')),
            ],
            options={
                'verbose_name': '办件流程',
            },
            bases=('viewflow.process',),
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=60)),
                ('kind', models.CharField(max_length=20)),
                ('rule', models.CharField(max_length=30)),
                ('due_on', models.DateField()),
                ('what', models.CharField(blank=True, help_text="the matter's name", max_length=120)),
                ('levels', models.JSONField(default=list, help_text='who was told; empty: passed over for a higher rung')),
                ('at', models.DateTimeField()),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.body', to_field='code')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='permits.case')),
            ],
            options={
                'ordering': ['at', 'pk'],
                'indexes': [models.Index(fields=['kind', 'due_on'], name='reminder_by_kind')],
                'constraints': [models.UniqueConstraint(fields=('subject', 'rule', 'due_on'), name='one_reminder_per_rung_and_day')],
            },
        ),
        migrations.CreateModel(
            name='Reminded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminded', to=settings.AUTH_USER_MODEL)),
                ('reminder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminded', to='workflows.reminder')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['user'], name='reminded_to_tell')],
                'constraints': [models.UniqueConstraint(fields=('reminder', 'user'), name='one_row_per_reminder_and_user')],
            },
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('text', models.TextField(help_text='what was read or typed')),
                ('way', models.CharField(choices=[('camera', '摄像头'), ('picture', '照片'), ('typed', '输入编号')], max_length=10)),
                ('purpose', models.CharField(choices=[('daily', '日常检查'), ('special', '专项检查'), ('complaint', '投诉举报核查'), ('joint', '跨部门联合检查'), ('aftercare', '事中事后核查'), ('other', '其他')], max_length=12, verbose_name='扫码目的')),
                ('note', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('said', models.CharField(max_length=20)),
                ('found', models.CharField(max_length=20)),
                ('shown_live', models.BooleanField(default=False, help_text="on the business's own telephone, not on paper")),
                ('list_as_of', models.DateTimeField(blank=True, null=True)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('accuracy', models.FloatField(blank=True, help_text='metres', null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.body', to_field='code')),
                ('elsewhere', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflows.scan')),
                ('licence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='certificates.licence')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
                'indexes': [models.Index(fields=['licence', 'made_at'], name='scan_of_licence'), models.Index(fields=['body', 'made_at'], name='scan_of_body')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'other'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='scan_for_another_purpose_says_which'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__isnull', False), ('longitude__isnull', False)), _connector='OR'), name='scan_place_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('what', models.TextField(verbose_name='发现的问题')),
                ('made_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('proposed', '待处理'), ('taken_up', '已核实，依法处理'), ('dismissed', '经核实不成立')], default='proposed', max_length=12, protected=True, verbose_name='状态')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, verbose_name='处理情况')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.body', to_field='code')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='permits.case')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='certificates.licenceitem')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='workflows.scan')),
            ],
            options={
                'ordering': ['-received_at', '-pk'],
                'indexes': [models.Index(fields=['body', 'state'], name='referral_of_body')],
                'constraints': [models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='referral_says_what'), models.CheckConstraint(condition=models.Q(models.Q(('answered_by__isnull', True), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='referral_is_answered_in_words')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('begins', models.TimeField(verbose_name='开始时间')),
                ('ends', models.TimeField(verbose_name='结束时间')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='可约人数')),
                ('closed_at', models.DateTimeField(blank=True, help_text='nothing more can be booked; who booked still comes', null=True)),
            ],
            options={
                'ordering': ['on', 'begins'],
                'constraints': [models.UniqueConstraint(fields=('on', 'begins'), name='one_slot_per_time'), models.CheckConstraint(condition=models.Q(('ends__gt', models.F('begins'))), name='slot_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=60, verbose_name='来人姓名')),
                ('phone', models.CharField(max_length=30, verbose_name='联系电话')),
                ('what', models.CharField(max_length=200, verbose_name='要办什么')),
                ('state', django_fsm.FSMField(choices=[('booked', '已预约'), ('arrived', '已到场'), ('cancelled', '已取消')], default='booked', max_length=10, protected=True, verbose_name='状态')),
                ('booked_at', models.DateTimeField(help_text='when this time was chosen')),
                ('reminded_at', models.DateTimeField(blank=True, help_text='of this time', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('enterprise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.enterprise')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='workflows.slot')),
            ],
            options={
                'ordering': ['slot__on', 'slot__begins', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['booked', 'arrived'])), fields=('slot', 'user'), name='one_booking_per_slot_and_user')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('number', models.PositiveSmallIntegerField()),
                ('who', models.CharField(blank=True, max_length=60, verbose_name='来人')),
                ('state', django_fsm.FSMField(choices=[('waiting', '等候'), ('called', '已叫号'), ('served', '已办'), ('gone', '过号')], default='waiting', max_length=10, protected=True, verbose_name='状态')),
                ('drawn_at', models.DateTimeField()),
                ('printed', models.PositiveSmallIntegerField(default=0, help_text='how often its slip was printed')),
                ('called_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('appointment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='workflows.appointment')),
                ('called_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='permits.case')),
            ],
            options={
                'ordering': ['on', 'number'],
                'constraints': [models.UniqueConstraint(fields=('on', 'number'), name='one_ticket_per_day_and_number'), models.UniqueConstraint(condition=models.Q(('state', 'called')), fields=('called_by',), name='one_called_ticket_per_clerk'), models.CheckConstraint(condition=models.Q(models.Q(('called_by', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('called_by__isnull', False)), _connector='OR'), name='ticket_called_by_somebody')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='最迟走访日期')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='走访日期')),
                ('notes', models.TextField(blank=True, verbose_name='走访情况')),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='accounts.body', to_field='code')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='visit', to='permits.case')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('licence', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='visit', to='certificates.licence')),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'indexes': [models.Index(condition=models.Q(('done_on', None)), fields=['body', 'due_on'], name='visit_to_be_made')],
                'constraints': [models.CheckConstraint(condition=models.Q(('done_on', None), models.Q(models.Q(('notes', ''), _negated=True), ('recorded_at__isnull', False)), _connector='OR'), name='visit_made_has_notes')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('intake', '收件和受理'), ('deciding', '审批'), ('result', '结果和送达')], max_length=10)),
                ('channel', models.CharField(max_length=10)),
                ('level', models.PositiveSmallIntegerField(verbose_name='评价')),
                ('indicators', models.JSONField(default=list)),
                ('indicators_version', models.CharField(max_length=12)),
                ('text', models.TextField(blank=True, verbose_name='想说的话')),
                ('named', models.BooleanField(default=False)),
                ('may_publish', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('state', django_fsm.FSMField(choices=[('given', '已评价'), ('open', '待联系、待答复'), ('contacted', '已联系，待答复'), ('answered', '已答复，待回访'), ('revisited', '已回访'), ('excluded', '误评，不计入统计')], default='given', max_length=12, protected=True, verbose_name='状态')),
                ('contact_by', models.DateField(blank=True, null=True)),
                ('answer_by', models.DateField(blank=True, null=True)),
                ('delay_reason', models.TextField(blank=True, verbose_name='延长答复的理由')),
                ('contacted_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('fixed', '立行立改'), ('period', '限期整改'), ('no_basis', '诉求没有法定依据，已说明')], max_length=10)),
                ('answer', models.TextField(blank=True, verbose_name='答复')),
                ('promised_on', models.DateField(blank=True, null=True, verbose_name='整改完成日期')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('satisfied', models.BooleanField(blank=True, help_text='what the visit afterwards found', null=True)),
                ('revisit_notes', models.TextField(blank=True)),
                ('excluded_reason', models.TextField(blank=True)),
                ('hidden_at', models.DateTimeField(blank=True, help_text='when the words were taken down', null=True)),
                ('hidden_ground', models.CharField(blank=True, choices=[('personal', '含有个人信息'), ('insult', '含有侮辱、谩骂等违法内容')], max_length=10)),
                ('hidden_reason', models.TextField(blank=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='accounts.body', to_field='code')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='permits.case')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['open', 'contacted'])), fields=['body', 'answer_by'], name='rating_open')],
                'constraints': [models.UniqueConstraint(fields=('case', 'stage', 'body', 'by'), name='one_rating_per_stage_and_body'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 5)), name='rating_has_a_level'), models.CheckConstraint(condition=models.Q(models.Q(('level__gte', 3), ('state', 'given')), models.Q(('answer_by__isnull', False), ('contact_by__isnull', False), ('level__lte', 2), models.Q(('state', 'given'), _negated=True)), _connector='OR'), name='rating_bad_has_its_days'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['answered', 'revisited']), _negated=True), models.Q(models.Q(('answer', ''), _negated=True), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='rating_answered_has_its_answer'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'excluded'), _negated=True), models.Q(('excluded_reason', ''), _negated=True), _connector='OR'), name='rating_excluded_has_its_reason'), models.CheckConstraint(condition=models.Q(models.Q(('hidden_at', None), ('hidden_ground', ''), ('hidden_reason', '')), models.Q(('hidden_at__isnull', False), models.Q(('hidden_ground', ''), _negated=True), models.Q(('hidden_reason', ''), _negated=True)), _connector='OR'), name='rating_hidden_has_its_reason')],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
    ]
