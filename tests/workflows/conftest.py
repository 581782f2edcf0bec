"""Cases at every stage of their life, made by the same steps as real ones."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.actors import Actor
from calendars import services
from industries.models import CatalogueVersion
from permits import filing, samples
from permits.models import Case
from tests import people
from tests.people import Cast
from workflows import steps

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

STORE: dict[str, Any] = {
    "area_m2": 80,
    "makes_food": True,
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "sells_alcohol": "不销售",
    "sells_drug": "不销售",
    "sells_device": ["不销售"],
    "has_signboard": True,
}
"""A convenience store with three matters of three departments."""

RESTAURANT: dict[str, Any] = {
    "area_m2": 400,
    "makes_food": True,
    "menu_hot": True,
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "has_signboard": True,
    "drains_to_sewer": True,
    "is_public_gathering": True,
}
"""A restaurant with five matters of five departments."""


@dataclass
class Story:
    """Makes cases and lets the cast act on them."""

    cast: Cast
    catalogue: CatalogueVersion
    industries: list[str] = field(default_factory=lambda: ["convenience_store"])
    answers: dict[str, Any] = field(default_factory=lambda: dict(STORE))

    @property
    def applicant(self) -> Actor:
        return self.cast.actor(self.cast.shopkeeper)

    @property
    def window(self) -> Actor:
        return self.cast.actor(self.cast.clerk)

    def officer(self, department: str) -> Actor:
        return self.cast.actor(self.cast.officer(department))

    def draft(self, at: datetime = MONDAY) -> Case:
        """A draft whose form is filled; materials may come later."""
        case = filing.start(
            enterprise=people.enterprise(self.cast.shopkeeper),
            industries=self.industries,
            answers=self.answers,
            catalogue_version=self.catalogue,
            channel=Case.Channel.ONLINE,
            actor=self.applicant,
            at=at,
        )
        samples.fill_form(case, samples.notice_of(case), actor=self.applicant, at=at)
        return case

    def consenting(self, case: Case, at: datetime = MONDAY) -> Case:
        """The case, whose applicant agreed to service on line."""
        Case.objects.filter(pk=case.pk).update(e_service_since=at)
        return Case.objects.get(pk=case.pk)

    def submitted(self, at: datetime = MONDAY) -> Case:
        return steps.submit(self.draft(at), actor=self.applicant, at=at)

    def accepted(self, at: datetime = MONDAY) -> Case:
        return steps.accept(self.submitted(at), actor=self.window, at=at + timedelta(hours=1))

    def promised(self, at: datetime = MONDAY, *, channel: str = Case.Channel.ONLINE) -> Case:
        """Accepted, with the letters of commitment signed and every material handed in."""
        case = self.draft(at)
        case.channel, case.with_counter = channel, channel == Case.Channel.WINDOW
        case.save(update_fields=["channel", "with_counter"])
        samples.fill(case, actor=self.applicant, at=at)
        steps.submit(case, actor=self.applicant, at=at)
        return steps.accept(case, actor=self.window, at=at + timedelta(hours=1))

    def parts(self, case: Case) -> dict[str, list[str]]:
        """Each department's matters."""
        parts: dict[str, list[str]] = {}
        for body, matter in case.matters.values_list("section__body_id", "matter"):
            parts.setdefault(body, []).append(matter)
        return parts

    def decided(self, at: datetime = MONDAY) -> Case:
        """Every department has granted."""
        case = self.accepted(at)
        for department, matters in self.parts(case).items():
            steps.grant(case, matters=matters, actor=self.officer(department), at=at + timedelta(days=1))
        return case


@pytest.fixture
def story(cast: Cast, catalogue: CatalogueVersion, official_calendar: None) -> Story:
    return Story(cast, catalogue)


@pytest.fixture
def restaurant(cast: Cast, catalogue: CatalogueVersion, official_calendar: None) -> Story:
    """Five departments."""
    return Story(cast, catalogue, ["restaurant"], dict(RESTAURANT))


@pytest.fixture
def official_calendar(calendar: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The acts count with the official days without reading them from the database."""
    monkeypatch.setattr(services, "current", lambda: calendar)
    for module in ("intake", "completeness.supplements", "completeness.gaps"):
        monkeypatch.setattr(f"permits.{module}.current_calendar", lambda: calendar)


@pytest.fixture
def moment() -> Callable[[int], datetime]:
    """`moment(3)`: ten in the morning, three days after the story's Monday."""
    return lambda days: MONDAY + timedelta(days=days)
