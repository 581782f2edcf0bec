"""A delivery covered everything that was granted in its case; now each permit says with which delivery it went."""

from django.db import migrations


def cover(apps, _editor):
    matter = apps.get_model("permits", "CaseMatter")
    for delivery in apps.get_model("permits", "Delivery").objects.all():
        matter.objects.filter(case_id=delivery.case_id, state="granted").update(delivery=delivery)


def uncover(apps, _editor):
    apps.get_model("permits", "CaseMatter").objects.update(delivery=None)


class Migration(migrations.Migration):
    dependencies = [("permits", "0013_several_deliveries_with_receipts")]

    operations = [migrations.RunPython(cover, uncover)]
