"""The database's own refusal to change or remove entries: whoever goes around the code still meets it.

It is a fence against mistakes, not against the database's owner, who may drop it; what was done then shows in
`audit --verify`. On PostgreSQL also take UPDATE, DELETE and TRUNCATE on the table from the account that serves the pages.
Clearing a test database counts as removing: tests take the fence down first.
"""

from collections.abc import Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_auditentry"
REFUSAL = "audit entries are append-only"

INSTALL = {
    "postgresql": (
        f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
        f"""CREATE TRIGGER {TABLE}_fence BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()""",
    ),
    "sqlite": tuple(
        f"""CREATE TRIGGER {TABLE}_no_{act.lower()} BEFORE {act} ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
        for act in ("UPDATE", "DELETE")
    ),
}
REMOVE = {
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {TABLE}_fence ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
    ),
    "sqlite": (f"DROP TRIGGER IF EXISTS {TABLE}_no_update", f"DROP TRIGGER IF EXISTS {TABLE}_no_delete"),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the fence up."""
    run(connection, INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the fence down."""
    run(connection, REMOVE)


def run(connection: BaseDatabaseWrapper, statements: Mapping[str, tuple[str, ...]]) -> None:
    """Send the statements that are written for this database."""
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
