from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("permits", "0018_points_answered_before")]

    operations = [
        migrations.AddConstraint(
            model_name='supplementitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='supplement_item_answered_with_its_notice'),
        ),
        migrations.AddConstraint(
            model_name='supplementitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_body', None), ('state__in', ['open', 'answered'])), models.Q(('judged_at__isnull', False), ('judged_body__isnull', False), ('state__in', ['settled', 'wrong'])), _connector='OR'), name='supplement_item_judged_by_a_body'),
        ),
        migrations.AddConstraint(
            model_name='supplementitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'wrong'), models.Q(('remark', ''), _negated=True)), models.Q(models.Q(('state', 'wrong'), _negated=True), ('remark', '')), _connector='OR'), name='supplement_item_wrong_says_what'),
        ),
    ]
