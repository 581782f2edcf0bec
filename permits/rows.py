"""Saving several rows of one table in one statement."""

from collections.abc import Sequence
from typing import Any

from django.db import models


def save_rows(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    """Write these columns of rows that exist already; the caller holds the case, so none of them can have gone.

    Django's `bulk_update` builds a CASE … WHEN per column and takes ten times as long as the database does; one row is
    updated, several are written as an insert that meets its own rows.
    """
    if len(rows) == 1:
        rows[0].save(update_fields=list(columns))
    elif rows:
        manager: Any = type(rows[0])._base_manager
        manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=list(columns))
