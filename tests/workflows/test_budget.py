"""A whole case takes no more statements than bare viewflow takes for an empty flow of five branches."""

import pytest

from bench import bench_cases
from bench.stage import Stage
from industries.models import CatalogueVersion

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY_FLOW = 105
"""Statements of bare django-viewflow for five people and nothing else, counted by `make bench` in the same way."""


def test_a_whole_case_takes_no_more_statements_than_an_empty_flow(catalogue: CatalogueVersion) -> None:
    stage = Stage(bench_cases.INDUSTRIES, bench_cases.ANSWERS, bench_cases.AT)
    stage.finished_case()
    stage.prepare(1)
    assert stage.sizes() == {"departments": 5, "matters": 5}
    assert bench_cases.count_statements(stage.whole_case) <= EMPTY_FLOW
