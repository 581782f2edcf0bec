"""One world with something behind every address, all of it the shopkeeper's, and everybody who might ask for it."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from accounts.authorities import Agent, grant, scanned
from accounts.models import Body, Substitution, User
from certificates.models import Licence
from permits import materials, samples
from permits.acting_for import in_person
from permits.at_counter import drop_ins
from permits.completeness import gaps
from permits.files import uploads
from permits.files.sample_files import sample_pdf
from permits.inspections import arranging, pictures
from permits.models import (
    Case,
    DropIn,
    Inspection,
    InspectionPhoto,
    Material,
    PostCheck,
)
from tests import people
from tests.permits.conftest import BATH
from tests.workflows import late
from tests.workflows.conftest import MONDAY, Story
from workflows import steps, visits

TUESDAY = MONDAY + timedelta(days=1)


def roles(story: Story) -> dict[str, User | None]:
    """Everybody who might open an address: `own` and `in` have a part in the world's cases, `other` and `out` have none;
    `late` is the officer whose matter waits for a late paper."""
    cast = story.cast
    people.enterprise(cast.shopkeeper)
    people.enterprise(cast.stranger, uscc=OTHERS, name="上海长宁他人商店有限公司")
    return {
        "anonymous": None,
        "applicant-own": cast.shopkeeper,
        "applicant-other": cast.stranger,
        "agent-own": people.person("agent", User.Role.APPLICANT, display_name="陈代办"),
        "window": cast.clerk,
        "officer-in": cast.officer("dept_mrb"),
        "officer-out": cast.officer("dept_water"),
        "officer-late": cast.officer("dept_subdistrict"),
        "subdistrict-in": people.person("street", User.Role.SUBDISTRICT, body=people.body("dept_subdistrict")),
        "subdistrict-out": people.person(
            "far-street", User.Role.SUBDISTRICT, body=people.body("far-street", Body.Kind.SUBDISTRICT)
        ),
        "service-office": cast.service_office,
        "administrator": cast.administrator,
    }


OTHERS = "91310105MA1FW00370"
"""The stranger's enterprise; a breach of the shopkeeper's would rule out her commitments."""


def scan_of(title: str) -> uploads.Received:
    """A scanned paper as it is taken in."""
    return uploads.take_in(BytesIO(sample_pdf("scan", title).content), f"{title}.pdf")


class World:
    """What stands behind the addresses, each made when first asked for (`tests.access.behind`: which one behind which)."""

    def __init__(self, story: Story) -> None:
        self.story = story

    @cached_property
    def draft(self) -> Case:
        case = self.story.draft()
        samples.fill(case, actor=self.story.applicant, at=MONDAY)
        scan = scan_of("授权委托书")
        path = uploads.store(scan, in_person.FOLDER)
        grant(
            enterprise=people.enterprise(self.story.cast.shopkeeper),
            agent=Agent("陈代办", people.person("agent", User.Role.APPLICANT)),
            acts=["file", "supplement", "receive"],
            until=date(2026, 12, 31),
            proof=scanned(path, scan.content_type, scan.sha256_received, scan.sha256_stored),
            actor=self.story.applicant,
            at=MONDAY,
        )
        return case

    @cached_property
    def inspection(self) -> Inspection:
        """A joint visit agreed for today, with a photograph of the business's own check."""
        cast, case = self.story.cast, self.story.accepted()
        team = [one for body in ("dept_mrb", "dept_tobacco") for one in (cast.officer(body), cast.second_officer(body))]
        lead = self.story.officer("dept_mrb")
        visit = arranging.arrange(case, on=TUESDAY, officers=team, actor=lead, at=MONDAY)
        shot = pictures.Shot(uuid4(), "chk_grease", MONDAY)
        purpose = InspectionPhoto.Purpose.SELF_CHECK
        drawn = BytesIO()
        Image.new("RGB", (8, 8)).save(drawn, "PNG")
        drawn.seek(0)
        pictures.attach(visit, shot, drawn, "a.png", purpose=purpose, actor=self.story.applicant, at=MONDAY)
        return visit

    @cached_property
    def submitted(self) -> Case:
        return self.story.submitted()

    @cached_property
    def supplementing(self) -> Case:
        case = self.story.submitted()
        return steps.request_supplement(
            case, items={"mat_food_layout": "缺少尺寸"}, actor=self.story.window, at=TUESDAY
        ).case

    @cached_property
    def accepted(self) -> Case:
        return self.story.accepted()

    @cached_property
    def issued(self) -> Case:
        case = self.story.decided()
        steps.issue(case, at=TUESDAY)
        visits.plan(case)
        return case

    @cached_property
    def licence(self) -> Licence:
        return Licence.objects.get(case=self.issued)

    @cached_property
    def lacking(self) -> Case:
        case = late.promised(self.story)
        late.bring(case, self.story.applicant, MONDAY)
        return case

    @cached_property
    def promising(self) -> Case:
        """A draft of a bathhouse: two of its three matters go by commitment."""
        bath = Story(self.story.cast, self.story.catalogue, ["bath_foot_spa"], dict(BATH))
        return bath.draft()

    @cached_property
    def reviewing(self) -> Case:
        case = self.story.submitted()
        gaps.open_reviews(case, departments=["dept_mrb"], actor=self.story.window, at=TUESDAY)
        return case

    @cached_property
    def left(self) -> DropIn:
        """Somebody left the counter without an answer."""
        given = {"who": "过路人", "phone": "13812345678", "what": "不知道找哪个部门"}
        return drop_ins.leave_record(**given, actor=self.story.window, at=MONDAY)

    @cached_property
    def check(self) -> PostCheck:
        row = self.issued.matters.get(matter="m_food_license")
        return PostCheck.objects.create(case_matter=row, due_on=date(2026, 5, 6))

    @cached_property
    def material(self) -> Material:
        case = self.draft
        found = case.materials.filter(material="mat_food_layout").first()
        if found is None:
            file = BytesIO(sample_pdf("mat_food_layout", "平面图").content)
            materials.attach(case, "mat_food_layout", file, "平面图.pdf", actor=self.story.applicant, at=MONDAY)
        return case.materials.filter(material="mat_food_layout").latest("pk")

    def actor(self, user: User) -> Any:
        return self.story.cast.actor(user)

    def number(self, stage: str) -> Mapping[str, object]:
        return {"number": getattr(self, stage).number}

    @cached_property
    def substitution(self) -> Substitution:
        officer, second = self.story.cast.officer("dept_mrb"), self.story.cast.second_officer("dept_mrb")
        days = {"since": date(2026, 1, 1), "until": date(2026, 1, 31)}
        return Substitution.objects.create(
            absent=officer, substitute=second, reason="年休假", made_at=MONDAY, made_by=officer, **days
        )
