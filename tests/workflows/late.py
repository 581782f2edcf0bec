"""Cases that lack a secondary paper, at each step of a tolerant acceptance (R6.9-R6.11)."""

from datetime import datetime, timedelta
from io import BytesIO

from accounts.actors import Actor
from permits import materials, samples
from permits.files.sample_files import sample_pdf
from permits.late import tolerating
from permits.models import Case, Tolerance
from tests.workflows.conftest import MONDAY, Story
from workflows import audit, steps

PAPER = "mat_sign_drawing"
"""Secondary, and required by the sub-district's sign-board alone."""
OTHER = "mat_tob_photo"
"""Secondary too, and required by the tobacco licence alone."""
TUESDAY, THURSDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=3)
FRIDAY = MONDAY + timedelta(days=4)
SIGN, FOOD, TOBACCO = ("dept_subdistrict", "m_signboard"), ("dept_mrb", "m_food_license"), ("dept_tobacco", "m_tobacco")


def submitted_without(story: Story, *without: str, at: datetime = MONDAY) -> Case:
    """Handed in with every material but these; without the paper where none is named."""
    case = story.draft(at)
    samples.fill(case, actor=story.applicant, at=at, without=without or (PAPER,))
    return steps.submit(case, actor=story.applicant, at=at)


def offered(story: Story, at: datetime = MONDAY) -> Case:
    """The window has offered to take the paper later."""
    case = submitted_without(story, at=at)
    tolerating.offer(case, items={PAPER: "没有提交"}, actor=story.window, at=at)
    return case


def offered_two(story: Story, at: datetime = MONDAY) -> Case:
    """The window has offered to take both papers later."""
    case = submitted_without(story, PAPER, OTHER, at=at)
    tolerating.offer(case, items={PAPER: "没有提交", OTHER: "没有提交"}, actor=story.window, at=at)
    return case


def promised_two(story: Story, at: datetime = MONDAY) -> Case:
    """Both promised, hence accepted; both are due on the Thursday."""
    case = offered_two(story, at)
    return steps.sign_tolerance(
        case, name=samples.signer(case, story.applicant), agreed=True, actor=story.applicant, at=at
    )


def promised(story: Story, at: datetime = MONDAY) -> Case:
    """Signed, hence accepted; on the Monday the paper is due on Thursday and the promise on the Monday after."""
    case = offered(story, at)
    return steps.sign_tolerance(
        case, name=samples.signer(case, story.applicant), agreed=True, actor=story.applicant, at=at
    )


def bring(case: Case, actor: Actor, at: datetime) -> None:
    """Hand the paper in."""
    materials.attach(case, PAPER, BytesIO(sample_pdf(PAPER, "图纸").content), "图纸.pdf", actor=actor, at=at)


def grant(story: Story, case: Case, *which: tuple[str, str], at: datetime = TUESDAY) -> None:
    for department, matter in which:
        steps.grant(case, matters=[matter], actor=story.officer(department), at=at)


def paper_of(case: Case) -> Tolerance:
    return case.tolerances.get(material=PAPER)


def sound(case: Case) -> Case:
    """The case as it stands, where record and flow agree."""
    assert list(audit.disagreements()) == []
    return Case.objects.get(pk=case.pk)
