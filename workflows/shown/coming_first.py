"""How far it is with what comes first (R1.31), for a page of sections: one statement, and none where nothing waits."""

from collections.abc import Iterable

from permits import prerequisites
from permits.models import Case, CaseMatter, Section
from permits.prerequisites import Standing


def standings(page: Iterable[Section]) -> dict[int, Standing]:
    """By matter row, what comes before it and how far that is; matters that wait for nothing are left out. The sections come
    with their cases, whose catalogues are known by `catalogue_sha256`, and with their matters."""
    waiting = [(section.case, row) for section in page for row in section.matters.all() if _waits(section.case, row)]
    if not waiting:
        return {}
    of_case: dict[int, list[CaseMatter]] = {}
    for row in CaseMatter.objects.filter(case__in={case.pk for case, _row in waiting}):
        of_case.setdefault(row.case_id, []).append(row)
    found = {row.pk: prerequisites.standing(prerequisites.of(case, row, of_case[case.pk])) for case, row in waiting}
    return {pk: standing for pk, standing in found.items() if standing}


def _waits(case: Case, row: CaseMatter) -> bool:
    return row.is_undecided and bool(case.own_catalogue.matters[row.matter].prerequisites)
