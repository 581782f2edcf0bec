"""Statements that every act sends, written once: the ORM takes longer to write them than the database to answer.

A decision is mostly reads of one case and its matters; written anew each time they cost a seventh of a whole case
(`make bench`). Rows come back as models, with what else the act needs of the joined tables as further attributes.
"""

from functools import cache

from accounts.models import Authority, Enterprise, Representation
from audit import plans
from industries.models import CatalogueVersion
from permits.models import (
    BreachRecord,
    Case,
    CaseMatter,
    ClockStop,
    Hearing,
    HeldPermit,
    ReapplyBar,
    Section,
    Supplement,
)


@cache
def one_case(*, vendor: str, lock: bool) -> str:
    """A case by key, locked where the database locks rows, with what every act needs of the tables around it.

    `holder_name` and `holder_uscc` stand on every paper, `agent_…` beside them where an agent acts;
    `catalogue_sha256` finds the catalogue in memory; `representatives` are the keys of who may speak for the holder;
    `notices` is the number of supplement notices that were served; `merging` that of permits held before that were confirmed,
    wait for the licence and have not ended (R1.10);
    `barred_until` the last day on which some matter may not
    be applied for again (R2.27), empty where none is barred.
    """
    join = "string_agg(r.user_id::text, ',')" if vendor == "postgresql" else "group_concat(r.user_id)"
    # Only table names of our own models go in; the key is a parameter.
    return (
        "SELECT c.*, e.name AS holder_name, e.uscc AS holder_uscc, v.sha256 AS catalogue_sha256, "  # noqa: S608
        "a.agent_name, a.until AS agent_until, a.revoked_at AS agent_revoked_at, "
        f"(SELECT {join} FROM {Representation._meta.db_table} r "
        "WHERE r.enterprise_id = c.enterprise_id AND r.until IS NULL) AS representatives, "
        f"(SELECT COUNT(*) FROM {Supplement._meta.db_table} s WHERE s.case_id = c.id) AS notices, "
        f"(SELECT COUNT(*) FROM {HeldPermit._meta.db_table} h LEFT JOIN {CaseMatter._meta.db_table} o ON o.id = h.source_id "
        "WHERE h.case_id = c.id AND h.state = 'confirmed' AND o.permit_ended_at IS NULL) AS merging, "
        f"(SELECT MAX(b.until) FROM {ReapplyBar._meta.db_table} b WHERE b.lifted_on IS NULL AND (b.enterprise_id = "
        "c.enterprise_id OR (b.person_id_number <> '' AND b.person_id_number = e.representative_id_number))) AS barred_until "
        f"FROM {Case._meta.db_table} c JOIN {Enterprise._meta.db_table} e ON e.id = c.enterprise_id "
        f"JOIN {CatalogueVersion._meta.db_table} v ON v.id = c.catalogue_id "
        f"LEFT JOIN {Authority._meta.db_table} a ON a.id = c.authority_id "
        f"WHERE c.id = %s{' FOR UPDATE OF c' if lock else ''}"
    )


def all_matters(case: Case) -> list[CaseMatter]:
    """All matters of a case in their order, each with `body_code` and `claimant` of its section, `is_stopped`, and
    `is_breached`: whether the holder has a breach on its record that is not repaired (R6.4); `has_hearing`: whether a right to
    a hearing was told."""
    return list(plans.rows(CaseMatter, _matters_of_case(), [case.pk]))


@cache
def _matters_of_case() -> str:
    return (
        "SELECT m.*, s.body_id AS body_code, s.claimed_by_id AS claimant, "  # noqa: S608 - see above
        f"EXISTS (SELECT 1 FROM {ClockStop._meta.db_table} p "
        "WHERE p.case_matter_id = m.id AND p.ended_on IS NULL) AS is_stopped, "
        f"EXISTS (SELECT 1 FROM {BreachRecord._meta.db_table} b "
        f"JOIN {Case._meta.db_table} c ON c.enterprise_id = b.enterprise_id "
        "WHERE c.id = m.case_id AND b.repaired_on IS NULL) AS is_breached, "
        f"EXISTS (SELECT 1 FROM {Hearing._meta.db_table} h WHERE h.case_matter_id = m.id) AS has_hearing "
        f"FROM {CaseMatter._meta.db_table} m JOIN {Section._meta.db_table} s ON s.id = m.section_id "
        "WHERE m.case_id = %s ORDER BY m.position"
    )
