"""Drafts to fill in, and a browser for each of the cast."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from industries.models import CatalogueVersion, Notice
from industries.publishing import issue_notice
from permits.merged_form import drafts
from permits.models import Case
from tests import people
from tests.people import Cast

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
STORE: dict[str, Any] = {
    "area_m2": 80,
    "makes_food": True,
    "menu_hot": True,
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "sells_alcohol": "不销售",
    "sells_drug": "不销售",
    "sells_device": ["不销售"],
    "has_signboard": True,
}
BATH: dict[str, Any] = {
    "area_m2": 400,
    "is_public_gathering": True,
    "has_bath": True,
    "choose_commitment": True,
    "drains_to_sewer": True,
}


def issued(catalogue: CatalogueVersion, industries: list[str], answers: dict[str, Any], cast: Cast) -> Notice:
    """A notice as a visitor has it, its open questions answered with a plain no."""
    from industries.notice import compile_notice
    from industries.publishing import catalogue_of

    known = dict(answers)
    document = catalogue_of(catalogue)
    while unanswered := compile_notice(document, industries, known, MONDAY.date()).unanswered:
        question = document.questions[unanswered[0]]
        plain = {"bool": False, "number": 0}.get(question.type, question.options[-1] if question.options else None)
        known[question.id] = [plain] if question.type == "multi" else plain
    actor = cast.actor(cast.shopkeeper)
    return issue_notice(industries=industries, answers=known, on=MONDAY.date(), actor=actor, at=MONDAY)


@pytest.fixture
def notice(catalogue: CatalogueVersion, cast: Cast) -> Notice:
    """The one-time notice of a convenience store with hot snacks and tobacco."""
    return issued(catalogue, ["convenience_store"], STORE, cast)


@pytest.fixture
def draft(notice: Notice, cast: Cast) -> Case:
    """The shopkeeper's draft, prefilled, nothing typed yet. The register knows her enterprise."""
    return drafts.begin(notice, registered(cast), actor=cast.actor(cast.shopkeeper), at=MONDAY)


@pytest.fixture
def promising(catalogue: CatalogueVersion, cast: Cast) -> Case:
    """A draft with matters that go by commitment."""
    notice = issued(catalogue, ["bath_foot_spa"], BATH, cast)
    return drafts.begin(notice, registered(cast), actor=cast.actor(cast.shopkeeper), at=MONDAY)


def registered(cast: Cast) -> Any:
    """The shopkeeper's enterprise with facts of the register."""
    enterprise = people.enterprise(cast.shopkeeper)
    enterprise.legal_representative, enterprise.representative_id_type = "王小店", "居民身份证"
    enterprise.representative_id_number, enterprise.phone = "11010519491231002X", "13812345678"
    enterprise.entity_type, enterprise.scope = "企业法人", "食品销售"
    enterprise.source, enterprise.as_of = "市场主体登记库", MONDAY.date()
    enterprise.save()
    return enterprise


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser
