"""A state is legal only where its transitions guard it; `queryset.update()` would pass them by."""

import ast

import pytest
from django.apps import apps
from django.db import models
from django_fsm import FSMFieldMixin

from scripts.sources import ROOMS, ROOT, room_files

STATE_COLUMNS = [
    field
    for model in apps.get_models()
    if model._meta.app_label in ROOMS
    for field in model._meta.get_fields()
    if isinstance(field, models.Field) and (field.name == "state" or field.name.endswith("_state"))
]


@pytest.mark.parametrize("field", STATE_COLUMNS, ids=str)
def test_a_state_column_is_a_protected_state_machine(field: models.Field) -> None:
    assert isinstance(field, FSMFieldMixin), f"{field}: make it FSMField(protected=True)"
    assert field.protected, f"{field}: protected=True keeps assignments out"


@pytest.mark.parametrize("field", STATE_COLUMNS, ids=str)
def test_a_state_names_its_choices(field: models.Field) -> None:
    assert field.choices, f"{field}: give it choices, so that a word nobody knows is found by full_clean()"


def is_state_write(node: ast.AST) -> bool:
    """Whether this is a call of update() that names a state column: it would skip the guards of its transitions."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"):
        return False
    return bool({keyword.arg for keyword in node.keywords} & {field.name for field in STATE_COLUMNS})


def state_writes() -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in room_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if is_state_write(node)
    ]


def test_no_update_passes_the_guards() -> None:
    assert state_writes() == []
