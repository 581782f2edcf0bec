"""Numbers of papers under load (R6.12): without gaps and never twice, per body, kind and year, though acts fail midway."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.db import close_old_connections, connection, transaction

from accounts.models import NumberSeries
from accounts.numbers import Series
from permits import documents
from permits.bodies import body
from permits.documents import Draft
from permits.models import Case, CaseMatter, Document
from permits.papers import samples
from tests.workflows.conftest import MONDAY, Story, official_calendar, story  # noqa: F401 - fixtures

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WORKERS, ACTS, MOST = 8, 40, 5
FAIL_EVERY = 3
K = Document.Kind
NEW_YEAR = datetime(2027, 1, 1, 9, tzinfo=MONDAY.tzinfo)
MOMENTS = (MONDAY, NEW_YEAR - timedelta(days=1), NEW_YEAR)
OFFICE = (K.FILING_RECEIPT, K.SUPPLEMENT_NOTICE, K.DECLINE_DECISION)
DEPARTMENTS = (K.GRANT_DECISION, K.REFUSAL_DECISION, K.EXTENSION_NOTICE)


class GoesWrong(Exception):
    """What makes an act roll back after its papers are numbered."""


def drafts(dice: random.Random, rows: list[CaseMatter]) -> list[Draft]:
    """A handful of papers of several kinds and bodies, some of a kind twice, in any order."""
    made = []
    for _place in range(dice.randint(1, MOST)):
        row = dice.choice(rows)
        kind = dice.choice(OFFICE + DEPARTMENTS)
        signer = body("dept_gov_service" if kind in OFFICE else row.section.body_id)
        facts = {"items": {}, "remedies": {}, **samples.FACTS[kind]}
        if kind == K.SUPPLEMENT_NOTICE:
            facts["items"] = {"f_name": "x"}
        made.append(Draft(kind, signer, [row], facts))
    return made


def work(case: Case, seed: int, tally: Counter[str]) -> None:
    """Acts one after the other, as a busy desk has them; every third fails after its papers are written."""
    dice, rows = random.Random(seed), list(case.matters.select_related("section"))
    for number in range(ACTS):
        try:
            with transaction.atomic():
                documents.write(case, drafts(dice, rows), at=dice.choice(MOMENTS))
                if number % FAIL_EVERY == seed % FAIL_EVERY:
                    raise GoesWrong
            tally["kept"] += 1
        except GoesWrong:
            tally["failed"] += 1


def all_at_once(cases: list[Case]) -> tuple[Counter[str], list[Exception], float]:
    """Every case has a desk of its own and a connection of its own; they start together."""
    gate, tally, errors = threading.Barrier(len(cases)), Counter[str](), list[Exception]()

    def run(case: Case, seed: int) -> None:
        close_old_connections()
        connection.ensure_connection()
        gate.wait()
        try:
            work(case, seed, tally)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(case, seed)) for seed, case in enumerate(cases)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally, errors, time.perf_counter() - started


def serials(papers: Iterable[Document]) -> dict[tuple[str, int], list[int]]:
    """Series as the number itself names it (body and letter, year) → its serial numbers, sorted."""
    found = defaultdict(list)
    for paper in papers:
        name, _mark, rest = paper.number.partition("〔")
        year, _mark, serial = rest.partition("〕")
        found[name, int(year)].append(int(serial.removesuffix("号")))
    return {series: sorted(numbers) for series, numbers in found.items()}


def gaps(papers: Iterable[Document]) -> list[tuple[str, int]]:
    """The series that do not run 1, 2, 3 …"""
    return [series for series, numbers in serials(papers).items() if numbers != list(range(1, len(numbers) + 1))]


def test_r6_12_no_series_has_a_gap_or_a_number_twice_under_load(
    story: Story,  # noqa: F811
    record_property: Callable[[str, object], None],
) -> None:
    cases = [story.accepted() for _worker in range(WORKERS)]
    tally, errors, seconds = all_at_once(cases)
    papers = list(Document.objects.all())
    assert errors == []
    assert tally["failed"] >= WORKERS * (ACTS // FAIL_EVERY)
    assert gaps(papers) == []
    assert len(serials(papers)) > len(OFFICE + DEPARTMENTS) * 2
    last = Counter(NumberSeries.objects.exclude(kind="case").values_list("body", "kind", "year", "last"))
    assert sum(number for _body, _kind, _year, number in last) == len(papers)
    record_property(
        "measured",
        f"{WORKERS} desks write {len(papers)} papers of {len(serials(papers))} series in {seconds:.1f} s "
        f"beside {tally['failed']} acts that roll back: no gap",
    )


def test_numbers_drawn_beside_the_transaction_leave_gaps(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """The control: a counter that does not roll back, as a database's own sequence does not."""
    lock, counters = threading.Lock(), Counter[Series]()

    def draw_many(wanted: Iterable[Series]) -> dict[Series, list[int]]:
        drawn = defaultdict(list)
        with lock:
            for series in wanted:
                counters[series] += 1
                drawn[series].append(counters[series])
        return drawn

    cases = [story.accepted() for _worker in range(WORKERS)]
    Document.objects.all().delete()
    monkeypatch.setattr(documents, "draw_many", draw_many)
    _tally, errors, _seconds = all_at_once(cases)
    assert errors == []
    assert gaps(Document.objects.all()) != []
