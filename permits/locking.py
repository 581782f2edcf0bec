"""The case's row lock: every act holds it, takes it once, and sees the newest row."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from audit import plans
from permits import statements
from permits.models import Case


@contextmanager
def holding(case: Case, *, savepoint: bool = True) -> Iterator[Case]:
    """Hold the case's row until the transaction ends; the object given is brought up to date and given back.

    Acts nest: whoever already holds the case (a step around an act) passes through without another statement. Inside a
    transaction of the caller's that fails as a whole when the act fails, no savepoint is needed.
    """
    if getattr(case, "is_held", False):
        yield case
        return
    with transaction.atomic(savepoint=savepoint):
        take_over(case, locked(case.pk))
        try:
            yield case
        finally:
            case.is_held = False


def locked(pk: int) -> Case:
    """The case of this key, locked; whoever comes second waits (lock_timeout is the ceiling). Case.DoesNotExist."""
    lock = connection.features.has_select_for_update
    for case in plans.rows(Case, statements.one_case(vendor=connection.vendor, lock=lock), [pk]):
        return case
    raise Case.DoesNotExist(f"no case {pk}")


def take_over(case: Case, newest: Case) -> None:
    """Make `case` the object of the locked row.

    Not `refresh_from_db`: the mixin of django-fsm-2 switches the state's protection off on the class while it runs,
    which another thread would notice.
    """
    case.__dict__.clear()
    case.__dict__.update(newest.__dict__)
    case.is_held = True
