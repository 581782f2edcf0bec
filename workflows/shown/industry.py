"""The promises for whole industries of one case, as its people and the lead department read them (R6.7)."""

from dataclasses import dataclass

from accounts.models import User
from permits.models import Case, IndustryCommitment
from permits.promises import industry_commitments
from permits.promises.industry_letters import IndustryLetter


@dataclass(frozen=True)
class Card:
    """One industry: the letter that could be signed, and what became of those that were; `latest` is the newest of them."""

    industry: str
    name: str
    lead_name: str
    letter: IndustryLetter | None
    rows: tuple[IndustryCommitment, ...]
    is_lead: bool

    @property
    def latest(self) -> IndustryCommitment | None:
        return self.rows[-1] if self.rows else None

    @property
    def is_standing(self) -> bool:
        return self.latest is not None and self.latest.state == IndustryCommitment.State.STANDING

    @property
    def is_broken(self) -> bool:
        """Whether it was not kept and is not put right."""
        return self.latest is not None and self.latest.state == IndustryCommitment.State.BROKEN

    @property
    def is_signable(self) -> bool:
        return self.letter is not None and not self.is_standing and not self.is_broken


def cards_of(case: Case, user: User) -> list[Card]:
    """A card for each industry of the case that offers a promise or had one; constant statements."""
    rows = list(case.industry_commitments.select_related("paper", "notice"))
    letters = {letter.industry: letter for letter in industry_commitments.letters(case)}
    catalogue = case.own_catalogue
    body = user.body_id if user.role == User.Role.OFFICER else None
    found = []
    for id in case.industries:
        own = tuple(row for row in rows if row.industry == id)
        if id in letters or own:
            industry = catalogue.industries[id]
            lead = industry.lead_department
            name = catalogue.departments[lead].name
            found.append(Card(id, industry.name, name, letters.get(id), own, is_lead=body == lead))
    return found
