"""Statements whose plan the database keeps: they see what others see, are counted, and are prepared on PostgreSQL."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Body
from audit import plans

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
SQL = "SELECT b.*, 1 + %s AS more FROM accounts_body b WHERE b.code = %s"


@pytest.fixture
def body(db: None) -> Body:
    return Body.objects.create(code="dept_planned", name="区计划局", short_name="区计划局", kind="department")


def test_rows_are_models_with_what_else_was_asked(body: Body) -> None:
    with CaptureQueriesContext(connection) as told:
        found = list(plans.rows(Body, SQL, [1, body.code]))
    assert [(one.pk, one.name, one.more) for one in found] == [(body.pk, "区计划局", 2)]
    assert [query["sql"][:10] for query in told] == ["SELECT b.*"]


@pytest.mark.postgres
def test_postgresql_keeps_the_plan_of_what_comes_often(body: Body) -> None:
    kept = "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE %s"
    for wanted in (0, 0, 0, 1):
        with connection.cursor() as cursor:
            cursor.execute(kept, ["SELECT b.*, 1 + %"])
            assert cursor.fetchone() == (wanted,)
        list(plans.rows(Body, SQL, [1, body.code]))
