"""The official wording in use, and the house's own that is there from the first day (R6.3, R6.13).

A published version is never changed: the next one takes its place, and papers stay with theirs. The house's wording is
installed with the tables and renewed with the house until the service office publishes one of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache as once
from pathlib import Path

import yaml
from django.core.cache import cache
from django.db import connection

from permits.models import Wording
from permits.models.wording import BLOCKS
from permits.papers.forms import FORMS

KEPT_SECONDS = 60
"""An act uses a wording that was published elsewhere at most so much later; the paper pins what it used."""

HOUSE_REASON = "系统自带"


def ids() -> dict[str, int]:
    """Form → the row of its wording in use. Papers ask for it in every act, so it is kept for a minute."""
    found: dict[str, int] | None = cache.get(_key())
    if found is None:
        found = dict(Wording.objects.order_by("version").values_list("form", "pk"))
        cache.set(_key(), found, timeout=KEPT_SECONDS)
    return found


def forget() -> None:
    """Read anew what is in use."""
    cache.delete(_key())


def _key() -> str:
    """A rehearsal works on another database within this process."""
    return f"wordings:{abs(hash(str(connection.settings_dict['NAME'])))}"


def in_use(form: str) -> Wording:
    """The newest version."""
    return Wording.objects.select_related("published_by").filter(form=form).latest("version")


def of_the_house(form: str) -> dict[str, str]:
    """The wording that the house brings along."""
    return {block: _house()[form][block].strip() for block in BLOCKS}


@once
def _house() -> Mapping[str, Mapping[str, str]]:
    words: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("defaults.yaml").read_text("utf-8"))
    return words


def install(*, at: datetime) -> list[Wording]:
    """The house's wording where a form has none yet, or still the house's of before; what an office published stays."""
    newest = {wording.form: wording for wording in Wording.objects.order_by("version")}
    made = []
    for form in FORMS:
        before, texts = newest.get(form), of_the_house(form)
        if before is None or (before.published_by_id is None and before.texts != texts):
            version = before.version + 1 if before else 1
            made.append(Wording(form=form, version=version, reason=HOUSE_REASON, published_at=at, **texts))
    Wording.objects.bulk_create(made)
    forget()
    return made
