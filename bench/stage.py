"""Drafts ready to be handed in, and the people who take a case from there to the licence."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.actors import Actor
from accounts.demo import make_demo_accounts
from accounts.models import User
from industries.publishing import current_version
from outbox import delivery
from permits import filing, samples
from permits.models import Case
from workflows import steps
from workflows.rehearsal.people import enterprise_for
from workflows.rehearsal.play import actor_of


class Stage:
    """Plays whole cases of one kind; drafts are made beforehand, since a business fills its form for days."""

    def __init__(self, industries: list[str], answers: dict[str, Any], at: datetime) -> None:
        make_demo_accounts(at)
        self.industries, self.answers, self.at = industries, answers, at
        self.anybody = User.objects.get(username="admin")
        self.applicant, self.window = actor_of("applicant"), actor_of("window")
        self.officers: dict[str, Actor] = {}
        self.drafts: list[Case] = []
        self.last: Case | None = None

    def prepare(self, count: int) -> None:
        """Make drafts with their forms filled and materials handed in."""
        self.drafts += [self.draft() for _ in range(count)]

    def draft(self) -> Case:
        """One filled draft."""
        enterprise = enterprise_for({}, self.at)
        version = current_version(timezone.localtime(self.at).date())
        case = filing.start(
            enterprise=enterprise,
            industries=self.industries,
            answers=self.answers,
            catalogue_version=version,
            channel=Case.Channel.ONLINE,
            actor=self.applicant,
            at=self.at,
        )
        samples.fill(case, actor=self.applicant, at=self.at)
        return case

    def whole_case(self) -> None:
        """Submit, accept, every department decides, the licence is issued."""
        case = self.accepted()
        for body, matters in self.parts(case):
            steps.grant(case, matters=matters, actor=self.officer(body), at=self.at + timedelta(days=1))
        delivery.deliver(f"all_decided:{case.pk}")
        self.last = case

    def accepted(self) -> Case:
        """A case that all departments have on their desks."""
        if not self.drafts:
            self.prepare(1)
        case = self.drafts.pop()
        steps.submit(case, actor=self.applicant, at=self.at)
        return steps.accept(case, actor=self.window, at=self.at + timedelta(hours=1))

    def officer(self, body: str) -> Actor:
        """The first officer of a department."""
        if body not in self.officers:
            self.officers[body] = actor_of(body)
        return self.officers[body]

    def parts(self, case: Case) -> Iterator[tuple[str, list[str]]]:
        """Which department decides which matters; the same for every case of this stage, so it is looked up once."""
        if not hasattr(self, "_parts"):
            parts: dict[str, list[str]] = {}
            for body, matter in case.matters.values_list("section__body_id", "matter"):
                parts.setdefault(body, []).append(matter)
            self._parts = parts
        yield from self._parts.items()

    def finished_case(self) -> Case:
        """A case that went all the way, checked."""
        self.whole_case()
        case = Case.objects.get(pk=self.last.pk if self.last else None)
        if case.state != Case.State.ISSUED:
            raise RuntimeError(f"the case ended as {case.state}, not issued")
        return case

    def sizes(self) -> dict[str, Any]:
        """What a case of this stage is made of."""
        return {"departments": len(self._parts), "matters": sum(map(len, self._parts.values()))}
