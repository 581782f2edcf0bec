"""The physical limit: every row that a case leaves behind, written again by bulk inserts in one transaction."""

from typing import Any

from django.db import connection, transaction
from viewflow.workflow.models import Process, Task

from audit.models import AuditEntry
from certificates.models import Licence, LicenceItem, LicenceVersion
from outbox.models import Parcel
from permits.models import Case, CaseMatter, Document, Section
from workflows.models import CaseProcess

TABLES: tuple[tuple[type[Any], str], ...] = (
    (Section, "case_id"),
    (CaseMatter, "case_id"),
    (Document, "case_id"),
    (Licence, "case_id"),
)


class RowsOfACase:
    """Copies a finished case's rows into tables of the same shape without keys to others, as often as asked."""

    def __init__(self, case: Case) -> None:
        process = CaseProcess.objects.get(case=case)
        licence = Licence.objects.get(case=case)
        self.sets: list[tuple[str, list[str], list[tuple[Any, ...]]]] = []
        for model, rows in (
            (Case, Case.objects.filter(pk=case.pk)),
            *((model, model.objects.filter(**{key: case.pk})) for model, key in TABLES),
            (LicenceItem, LicenceItem.objects.filter(licence=licence)),
            (LicenceVersion, LicenceVersion.objects.filter(licence=licence)),
            (AuditEntry, AuditEntry.objects.filter(subject=case.audit_subject)),
            (Parcel, Parcel.objects.filter(key__contains=str(case.pk))),
            (Process, Process.objects.filter(pk=process.pk)),
            (CaseProcess, CaseProcess.objects.filter(pk=process.pk)),
            (Task, Task.objects.filter(process_id=process.pk)),
        ):
            self.keep(model, list(rows))

    def keep(self, model: type[Any], rows: list[Any]) -> None:
        """Make the bare table and the values that go into it."""
        fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
        name = f"bench_{model._meta.db_table}"
        columns = [connection.ops.quote_name(field.column) for field in fields]
        values = [
            tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields) for row in rows
        ]
        if not rows or not columns:
            return
        types = ", ".join(
            f"{column} {field.db_type(connection)}" for column, field in zip(columns, fields, strict=True)
        )
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {connection.ops.quote_name(name)} ({types})")
        self.sets.append((name, columns, values))

    def write(self) -> None:
        """All rows of one case: one INSERT per table, one transaction."""
        with transaction.atomic(), connection.cursor() as cursor:
            for name, columns, values in self.sets:
                row = f"({', '.join(['%s'] * len(columns))})"
                cursor.execute(
                    f"INSERT INTO {connection.ops.quote_name(name)} ({', '.join(columns)}) "
                    f"VALUES {', '.join([row] * len(values))}",
                    [value for line in values for value in line],
                )
