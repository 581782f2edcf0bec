"""The enterprise of a rehearsal: the one that the file names, or a made-up one with a valid code."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from stdnum.cn import uscc as uscc_number

from accounts.models import Enterprise
from workflows.rehearsal.script import UnusableScript

MADE_UP = {"name": "长宁示例便利店有限公司", "uscc": "91310105MA1FW00290"}


def enterprise_for(named: Mapping[str, str], at: datetime) -> Enterprise:
    """The enterprise with these facts; its row is made where the throw-away database does not know it."""
    facts = MADE_UP | {key: str(value) for key, value in named.items()}
    code = facts["uscc"].strip().upper()
    if not uscc_number.is_valid(code):
        raise UnusableScript(
            f"enterprise.uscc: {facts['uscc']!r} is no unified social credit code (18 characters with a check digit)"
        )
    enterprise, _made = Enterprise.objects.get_or_create(
        uscc=code,
        defaults={
            "name": facts["name"],
            "domicile": "上海市长宁区示例路1号",
            "as_of": timezone.localtime(at).date(),
            "source": "rehearsal",
        },
    )
    if "name" in named and enterprise.name != facts["name"]:
        enterprise.name = facts["name"]
        enterprise.save(update_fields=["name"])
    return enterprise
