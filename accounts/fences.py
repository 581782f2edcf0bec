"""The database's own refusal of substitutions that clash: whoever goes around the code still meets it.

One person has one substitute on a day, and no chain of substitutes leads back. PostgreSQL excludes the overlap itself, also
between two transactions at once; the rest are triggers. SQLite loses a table's triggers when a migration remakes it: a
later migration of `Substitution` puts the fence up again.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

from audit.triggers import run

TABLE = "accounts_substitution"
OVERLAP = "substitution overlaps another one of the same person"
CIRCLE = "substitution leads back to the absent person"

_CHAIN = f"""WITH RECURSIVE chain(person, since, until) AS (
    SELECT NEW.substitute_id, NEW.since, NEW.until
    UNION
    SELECT s.substitute_id, {{later}}(chain.since, s.since), {{sooner}}(chain.until, s.until)
    FROM {TABLE} s JOIN chain ON s.absent_id = chain.person
    WHERE s.revoked_at IS NULL AND s.since <= chain.until AND chain.since <= s.until
) SELECT 1 FROM chain WHERE person = NEW.absent_id"""  # noqa: S608 - own names
_OTHER = f"""SELECT 1 FROM {TABLE} s WHERE s.absent_id = NEW.absent_id AND s.id IS NOT NEW.id
    AND s.revoked_at IS NULL AND s.since <= NEW.until AND NEW.since <= s.until"""  # noqa: S608 - own names
_HERE = _CHAIN.format(later="max", sooner="min")
_THERE = _CHAIN.format(later="greatest", sooner="least")

INSTALL = {
    "postgresql": (
        f"""ALTER TABLE {TABLE} ADD CONSTRAINT one_substitute_a_day EXCLUDE USING gist (
        int8range(absent_id, absent_id, '[]') WITH &&, daterange(since, until, '[]') WITH &&) WHERE (revoked_at IS NULL)""",
        f"""CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.revoked_at IS NULL AND EXISTS ({_THERE}) THEN
        RAISE EXCEPTION '{CIRCLE}' USING ERRCODE = 'exclusion_violation'; END IF; RETURN NEW; END $$""",
        f"""CREATE TRIGGER {TABLE}_fence BEFORE INSERT OR UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
    ),
    "sqlite": tuple(
        f"""CREATE TRIGGER {TABLE}_{name}_{act.lower()} AFTER {act} ON {TABLE} WHEN NEW.revoked_at IS NULL
        BEGIN SELECT RAISE(ABORT, '{refusal}') WHERE EXISTS ({found}); END"""
        for act in ("INSERT", "UPDATE")
        for name, refusal, found in (("overlap", OVERLAP, _OTHER), ("circle", CIRCLE, _HERE))
    ),
}
REMOVE = {
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {TABLE}_fence ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_refuse()",
        f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS one_substitute_a_day",
    ),
    "sqlite": tuple(
        f"DROP TRIGGER IF EXISTS {TABLE}_{name}_{act}" for act in ("insert", "update") for name in ("overlap", "circle")
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the fence up."""
    run(connection, INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the fence down."""
    run(connection, REMOVE)
