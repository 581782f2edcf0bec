"""What a paper says, for machines: the JSON that its PDF carries (R6.13), read back without this system."""

import json
from typing import Any

from django.utils import timezone

from paper.pdf import Enclosure
from permits.models import Wording
from permits.models.wording import WordingText
from permits.papers.page import Page

NAME = "document.json"
FORMAT = "one-licence/document/1"


def data_of(page: Page, wording: WordingText | None) -> dict[str, Any]:
    """The document's row: kind, number, day, body, case, matters, facts, and the version of its wording."""
    document = page.document
    return {
        "format": FORMAT,
        "kind": document.kind,
        "number": document.number,
        "on": document.on.isoformat(),
        "written_at": timezone.localtime(document.created_at).isoformat(),
        "body": {"code": document.body.code, "name": page.signer},
        "case": page.case.number,
        "matters": [{"id": matter["id"], "name": matter["name"]} for matter in page.matters],
        "wording": {"form": wording.form, "version": wording.version} if isinstance(wording, Wording) else None,
        "facts": page.facts,
    }


def enclosure(page: Page, wording: WordingText | None) -> Enclosure:
    """The data as a file: the same bytes for the same row, whatever order a database gives the keys of its objects."""
    text = json.dumps(data_of(page, wording), ensure_ascii=False, sort_keys=True, indent=1)
    return Enclosure(NAME, text.encode(), "文书数据（JSON）", page.document.created_at)
