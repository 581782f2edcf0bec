"""The tables as the first version has them. A database that has played what this replaces has them already."""

import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accounts import fences


def put_up(apps, schema_editor):
    """The database refuses substitutions that overlap or lead back (accounts/fences.py)."""
    fences.install(schema_editor.connection)


def take_down(apps, schema_editor):
    fences.remove(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_heads_of_bodies"),
        ("accounts", "0003_authority"),
        ("accounts", "0004_agents_by_authority"),
        ("accounts", "0005_representatives_only"),
        ("accounts", "0006_substitutions"),
        ("accounts", "0007_no_clashing_substitutions"),
        ("accounts", "0008_pinyin_of_the_register"),
        ("accounts", "0009_pinyin_of_known_rows"),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Body',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('short_name', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('department', '审批部门'), ('service_office', '政务服务办公室'), ('subdistrict', '街道(镇)')], default='department', max_length=20)),
                ('window', models.CharField(blank=True, max_length=200)),
                ('hotline', models.CharField(blank=True, max_length=40)),
                ('remedies', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uscc', models.CharField(max_length=18, unique=True, verbose_name='统一社会信用代码')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('entity_type', models.CharField(blank=True, max_length=40, verbose_name='主体类型')),
                ('domicile', models.CharField(blank=True, max_length=200, verbose_name='住所')),
                ('legal_representative', models.CharField(blank=True, max_length=60, verbose_name='法定代表人(负责人)')),
                ('representative_id_type', models.CharField(blank=True, max_length=40, verbose_name='证件类型')),
                ('representative_id_number', models.CharField(blank=True, max_length=30, verbose_name='证件号码')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='联系电话')),
                ('established_on', models.DateField(blank=True, null=True, verbose_name='成立日期')),
                ('registered_capital', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='注册资本(万元)')),
                ('scope', models.TextField(blank=True, verbose_name='经营范围')),
                ('licence_valid_to', models.DateField(blank=True, null=True, verbose_name='营业执照有效期至')),
                ('status', models.CharField(default='存续', max_length=20, verbose_name='登记状态')),
                ('pinyin', models.CharField(blank=True, db_index=True, max_length=200)),
                ('initials', models.CharField(blank=True, db_index=True, max_length=60)),
                ('source', models.CharField(blank=True, max_length=60)),
                ('as_of', models.DateField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uscc', models.CharField(max_length=18, unique=True, verbose_name='统一社会信用代码')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('entity_type', models.CharField(blank=True, max_length=40, verbose_name='主体类型')),
                ('domicile', models.CharField(blank=True, max_length=200, verbose_name='住所')),
                ('legal_representative', models.CharField(blank=True, max_length=60, verbose_name='法定代表人(负责人)')),
                ('representative_id_type', models.CharField(blank=True, max_length=40, verbose_name='证件类型')),
                ('representative_id_number', models.CharField(blank=True, max_length=30, verbose_name='证件号码')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='联系电话')),
                ('established_on', models.DateField(blank=True, null=True, verbose_name='成立日期')),
                ('registered_capital', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='注册资本(万元)')),
                ('scope', models.TextField(blank=True, verbose_name='经营范围')),
                ('licence_valid_to', models.DateField(blank=True, null=True, verbose_name='营业执照有效期至')),
                ('status', models.CharField(default='存续', max_length=20, verbose_name='登记状态')),
                ('pinyin', models.CharField(blank=True, db_index=True, max_length=200)),
                ('initials', models.CharField(blank=True, db_index=True, max_length=60)),
                ('as_of', models.DateField(verbose_name='数据日期')),
                ('source', models.CharField(default='市场主体登记库', max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignInFailures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('door', models.CharField(max_length=64, unique=True)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('display_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('role', models.CharField(choices=[('applicant', '申请人'), ('window', '窗口人员'), ('officer', '审批人员'), ('service_office', '制证人员'), ('subdistrict', '街镇人员'), ('administrator', '管理员')], default='applicant', max_length=20)),
                ('is_head', models.BooleanField(default=False, verbose_name='本机关负责人')),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.body', to_field='code')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('is_head', False), ('body__isnull', False), _connector='OR'), name='user_head_of_a_body')],
            },
        ),
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agent_name', models.CharField(max_length=60, verbose_name='代理人姓名')),
                ('agent_id_type', models.CharField(blank=True, max_length=40, verbose_name='证件类型')),
                ('agent_id_number', models.CharField(blank=True, max_length=30, verbose_name='证件号码')),
                ('agent_phone', models.CharField(blank=True, max_length=20, verbose_name='联系电话')),
                ('acts', models.JSONField(default=list)),
                ('case_key', models.CharField(blank=True, help_text='the one case it is for; empty: all cases', max_length=24)),
                ('since', models.DateField()),
                ('until', models.DateField(verbose_name='委托期限至')),
                ('proof', models.CharField(choices=[('signed', '法定代表人在线签署'), ('uploaded', '授权委托书扫描件'), ('recorded', '沿用此前登记的代理关系')], max_length=10)),
                ('letter', models.TextField(blank=True, help_text='the text that was signed online')),
                ('signed_by', models.CharField(blank=True, max_length=60)),
                ('file', models.CharField(blank=True, help_text='path under the private file store', max_length=200)),
                ('content_type', models.CharField(blank=True, max_length=60)),
                ('sha256_received', models.CharField(blank=True, max_length=64)),
                ('sha256_stored', models.CharField(blank=True, max_length=64)),
                ('granted_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoke_reason', models.TextField(blank=True)),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authorities', to=settings.AUTH_USER_MODEL)),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='authorities', to='accounts.enterprise')),
            ],
            options={
                'ordering': ['-granted_at', '-pk'],
                'indexes': [models.Index(fields=['agent', 'until'], name='authority_by_agent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='authority_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('agent__isnull', False), models.Q(('agent_id_number', ''), _negated=True), _connector='OR'), name='authority_names_its_agent'), models.CheckConstraint(condition=models.Q(models.Q(('proof', 'signed'), models.Q(('letter', ''), _negated=True), models.Q(('sha256_stored', ''), _negated=True)), models.Q(('proof', 'uploaded'), models.Q(('file', ''), _negated=True), models.Q(('sha256_stored', ''), _negated=True)), ('proof', 'recorded'), _connector='OR'), name='authority_has_its_proof'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), models.Q(('revoke_reason', ''), _negated=True), _connector='OR'), name='authority_revoked_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=40)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('body', 'kind', 'year'), name='one_series_per_body_kind_year')],
            },
        ),
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representations', to='accounts.enterprise')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('user', 'enterprise'), name='one_open_representation')],
            },
        ),
        migrations.CreateModel(
            name='Substitution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='开始日期')),
                ('until', models.DateField(verbose_name='结束日期')),
                ('reason', models.CharField(max_length=200, verbose_name='替班事由')),
                ('head_power', models.BooleanField(default=False, help_text='what the law reserves to the head goes with it; a head has said so by name')),
                ('made_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoke_reason', models.CharField(blank=True, max_length=200)),
                ('absent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('substitute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['since', 'pk'],
                'indexes': [models.Index(condition=models.Q(('revoked_at', None)), fields=['absent', 'until'], name='substitution_in_force')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='substitution_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('absent', models.F('substitute')), _negated=True), name='nobody_stands_in_for_oneself'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='substitution_has_a_reason'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), models.Q(('revoke_reason', ''), _negated=True), _connector='OR'), name='substitution_ended_with_a_reason')],
            },
        ),
        migrations.RunPython(put_up, take_down),
    ]
