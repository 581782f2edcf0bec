"""Statements that every act sends, written once: the ORM takes longer to write them than the database to answer.

A decision is mostly reads of one case and its matters; written anew each time they cost a seventh of a whole case
(`make bench`). Rows come back as models, with what else the act needs of the joined tables as further attributes.
"""

from functools import cache

from accounts.models import Enterprise
from industries.models import CatalogueVersion
from permits.models import Case, CaseMatter, ClockStop, Section


@cache
def one_case(*, lock: bool) -> str:
    """A case by key, locked where the database locks rows; `holder_name` and `holder_uscc` stand on every paper,

    `catalogue_sha256` finds the catalogue in memory.
    """
    # Only table names of our own models go in; the key is a parameter.
    return (
        "SELECT c.*, e.name AS holder_name, e.uscc AS holder_uscc, v.sha256 AS catalogue_sha256 "  # noqa: S608
        f"FROM {Case._meta.db_table} c JOIN {Enterprise._meta.db_table} e ON e.id = c.enterprise_id "
        f"JOIN {CatalogueVersion._meta.db_table} v ON v.id = c.catalogue_id "
        f"WHERE c.id = %s{' FOR UPDATE OF c' if lock else ''}"
    )


@cache
def matters_of_case() -> str:
    """All matters of a case in their order, each with `body_code` and `claimant` of its section, and `is_stopped`."""
    return (
        "SELECT m.*, s.body_id AS body_code, s.claimed_by_id AS claimant, "  # noqa: S608 - see above
        f"EXISTS (SELECT 1 FROM {ClockStop._meta.db_table} p "
        "WHERE p.case_matter_id = m.id AND p.ended_on IS NULL) AS is_stopped "
        f"FROM {CaseMatter._meta.db_table} m JOIN {Section._meta.db_table} s ON s.id = m.section_id "
        "WHERE m.case_id = %s ORDER BY m.position"
    )
