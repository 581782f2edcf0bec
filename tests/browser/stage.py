"""Cases at any stage of their life, made by the acts themselves for the demo's people."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.enterprises import enterprise_from_register
from accounts.models import User
from industries.publishing import current_version
from permits import filing, materials, samples
from permits.merged_form.form import notice_of
from permits.models import Case
from workflows import steps

SHOP = "91310105MA1FW00290"
INDUSTRIES = ["convenience_store"]
ANSWERS: dict[str, Any] = {
    "area_m2": 80,
    "makes_food": True,
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "sells_alcohol": "不销售",
    "sells_drug": "不销售",
    "sells_device": ["不销售"],
    "has_signboard": True,
}
"""A convenience store with matters of three departments."""
BATH: dict[str, Any] = {
    "area_m2": 400,
    "is_public_gathering": True,
    "has_bath": True,
    "has_pool": False,
    "drains_to_sewer": False,
    "choose_commitment": True,
    "has_signboard": True,
}
"""A bath house that promises: fire safety and hygiene by commitment, the signboard the ordinary way."""


def actor(username: str) -> Actor:
    return Actor.of(User.objects.get(username=username))


class Stage:
    """Everything that happens happens an hour ago, so that pages show the present."""

    def __init__(self) -> None:
        self.at: datetime = timezone.now() - timedelta(hours=1)

    def draft(self, *, without: Collection[str] = ()) -> Case:
        """Filled, with every material but those in `without`."""
        case = self._started(INDUSTRIES, ANSWERS)
        samples.fill(case, actor=actor("shop"), at=self.at, without=without)
        return case

    def promising(self) -> Case:
        """The bath house's draft: form and materials are there, the letters of commitment are not signed."""
        case = self._started(["bath_foot_spa"], BATH)
        required = notice_of(case)
        samples.fill_form(case, required, actor=actor("shop"), at=self.at)
        materials.hand_in_samples(case, required, actor=actor("shop"), at=self.at)
        return case

    def _started(self, industries: list[str], answers: dict[str, Any]) -> Case:
        version = current_version(timezone.localtime(self.at).date())
        assert version is not None
        return filing.start(
            enterprise=enterprise_from_register(SHOP, self.at),
            industries=industries,
            answers=answers,
            catalogue_version=version,
            channel=Case.Channel.ONLINE,
            actor=actor("shop"),
            at=self.at,
        )

    def submitted(self, *, without: Collection[str] = ()) -> Case:
        return steps.submit(self.draft(without=without), actor=actor("shop"), at=self.at)

    def accepted(self) -> Case:
        return steps.accept(self.submitted(), actor=actor("window"), at=self.at + timedelta(minutes=10))

    def decided(self) -> Case:
        """Every department has granted; the licence is made."""
        case = self.accepted()
        for department, matters in departments(case).items():
            officer = actor(department.removeprefix("dept_"))
            steps.grant(case, matters=matters, actor=officer, at=self.at + timedelta(minutes=20))
        case.refresh_from_db(fields=["state"])
        return case


def departments(case: Case) -> dict[str, list[str]]:
    """Each department's matters."""
    parts: dict[str, list[str]] = {}
    for row in case.matters.select_related("section"):
        parts.setdefault(row.section.body_id, []).append(row.matter)
    return parts
