"""Agents stood among the representatives, without scope or end; each becomes an authority.

An open one runs for another year from the day of this migration, in which the enterprise can renew it on paper.
"""

from datetime import date, datetime, time, timedelta

from django.db import migrations
from django.utils import timezone

AGENT = "agent"
ACTS = ["file", "supplement", "sign", "receive", "withdraw"]


def to_authorities(apps, schema_editor):
    Representation = apps.get_model("accounts", "Representation")
    Authority = apps.get_model("accounts", "Authority")
    in_a_year = date.today() + timedelta(days=365)
    for row in Representation.objects.filter(capacity=AGENT).select_related("user"):
        Authority.objects.create(
            enterprise_id=row.enterprise_id,
            agent_id=row.user_id,
            agent_name=row.user.display_name or row.user.username[:60],
            agent_phone=row.user.phone,
            acts=ACTS,
            since=row.since,
            until=max(row.until or in_a_year, row.since),
            proof="recorded",
            granted_at=timezone.make_aware(datetime.combine(row.since, time.min)),
        )
        row.delete()


def to_representations(apps, schema_editor):
    Representation = apps.get_model("accounts", "Representation")
    Authority = apps.get_model("accounts", "Authority")
    for row in Authority.objects.filter(proof="recorded", agent__isnull=False):
        open_still = row.revoked_at is None and row.until >= date.today()
        Representation.objects.create(
            user_id=row.agent_id,
            enterprise_id=row.enterprise_id,
            capacity=AGENT,
            since=row.since,
            until=None if open_still else row.until,
        )
        row.delete()


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_authority")]

    operations = [migrations.RunPython(to_authorities, to_representations)]
