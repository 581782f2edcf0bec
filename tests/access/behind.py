"""What stands behind each address that takes parameters: of the world, or made when first asked for."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from accounts.actors import Actor
from accounts.models import User
from outbox.models import Channel, Message
from permits.at_counter import refusals, slips
from permits.hearing import hearings
from permits.models import (
    Case,
    Document,
    Hearing,
    HeldPermit,
    ReapplyBar,
)
from permits.papers.forms import FORMS
from permits.promises import breaches
from tests import people, scans
from tests.access.world import OTHERS, TUESDAY, World, scan_of
from tests.i18n.walk import complete_notice
from tests.workflows.conftest import MONDAY
from workflows.desk import queueing
from workflows.ratings import acts


def parameters(world: World, name: str, takes: frozenset[str]) -> Mapping[str, object]:
    """The parameters of an address. KeyError: it takes some, and nothing stands behind it here."""
    return BEHIND[name](world) if takes else {}


def _key(world: World) -> Mapping[str, object]:
    return {"key": world.draft.key}


def _of(stage: str) -> Callable[[World], Mapping[str, object]]:
    return lambda world: world.number(stage)


def _rating(world: World) -> Mapping[str, object]:
    words = acts.Words(text="来回跑", indicators=("slow",), named=True, may_publish=True)
    given = acts.give(world.issued, level=1, body="dept_mrb", words=words, actor=world.story.applicant, at=TUESDAY)
    return {"pk": given.pk}


def _refusal(world: World) -> Mapping[str, object]:
    made = refusals.refuse_to_take(
        who="过路人",
        what="不属于本窗口",
        ground="not_competent",
        reason="应向市级机关提出",
        actor=world.story.window,
        at=MONDAY,
    )
    return {"pk": made.pk}


def _breach(world: World) -> Mapping[str, object]:
    made = breaches.record(
        people.enterprise(world.story.cast.stranger, uscc=OTHERS),
        about="消防承诺不实",
        source="市信用平台",
        decided_on=MONDAY.date(),
        actor=world.actor(world.story.cast.service_office),
        at=MONDAY,
        proof=scan_of("认定文书"),
    )
    return {"pk": made.pk}


def _bar(world: World) -> Mapping[str, object]:
    """Of a person whom no other case of the world knows: hers would keep the world from applying."""
    row, paper = world.accepted.matters.get(matter="m_food_license"), world.accepted.documents.latest("pk")
    said = {"ground": "penalty", "basis": "《食品安全法》", "since": MONDAY.date(), "until": date(2031, 3, 2)}
    made = ReapplyBar.objects.create(
        person_name="路人", person_id_number="1", matter=row.matter, name=row.name, body_id="dept_mrb",
        case_matter=row, document=paper, recorded_at=MONDAY, **said,
    )  # fmt: skip
    return {"pk": made.pk}


def _held(world: World) -> Mapping[str, object]:
    """A permit on paper, which the food department has to confirm."""
    day = {"granted_on": date(2023, 1, 2), "valid_from": date(2023, 1, 2)}
    made, _made = HeldPermit.objects.get_or_create(
        case=world.accepted, matter="m_drug_retail", name="药品经营许可", kind="许可", body_id="dept_mrb", number="旧1",
        file=world.material.file, content_type="application/pdf", named_at=MONDAY, defaults=day,
    )  # fmt: skip
    return {"pk": made.pk}


def _slip(world: World) -> Mapping[str, object]:
    case = world.submitted
    return {"pk": slips.print_slip(case, paper="a5", actor=world.story.window, at=MONDAY).pk}


def _ticket(world: World) -> Mapping[str, object]:
    return {"pk": queueing.draw(actor=world.story.window, at=TUESDAY).pk}


def _message(world: World) -> Mapping[str, object]:
    made = Message.objects.create(
        key="access",
        recipient=world.story.cast.shopkeeper,
        channel=Channel.INBOX,
        kind="accepted",
        language="zh-hans",
        subject="已受理",
        body="已受理",
        created_at=MONDAY,
    )
    return {"pk": made.pk}


def _notice(world: World) -> Mapping[str, object]:
    return {"code": complete_notice(world.story).code}


def _why(world: World) -> Mapping[str, object]:
    return {"number": world.accepted.number, "matter": "m_food_license"}


def _unserved(world: World) -> str:
    """A case with a paper to serve, or one without: then the page is not there for anybody."""
    found = Case.objects.filter(documents__in=Document.objects.unserved()).order_by("pk").first()
    return (found or world.accepted).number or ""


def _heard(world: World) -> Hearing:
    """A hearing of an interested party, told of the first time that somebody asks for its address."""
    known = Hearing.objects.exclude(code="").first()
    if known is not None:
        return known
    row = world.accepted.matters.select_related("section").filter(state="pending").order_by("pk")[0]
    officer = User.objects.officers_of(row.section.body_id).order_by("pk")[0]
    said: dict[str, Any] = {"cause": "interest", "party": "隔壁商户", "intended": "拟准予许可"}
    return hearings.tell(world.accepted, matter=row.matter, actor=Actor.of(officer), at=TUESDAY, **said)


def _referral(world: World) -> Mapping[str, object]:
    """An officer of another department has found something about the market's permit."""
    made = scans.referred(world.licence, world.story.cast.officer("dept_tobacco"), TUESDAY, position=1)
    return {"pk": made.pk}


BEHIND: Mapping[str, Callable[[World], Mapping[str, object]]] = {
    **dict.fromkeys(
        (f"workflows:inspection{name}" for name in (
            "", "_confirm", "_enter", "_settle", "_sign", "_finish", "_slot", "_add_photo", "_done", "_again",
            "_bundle", "_entries", "_photos", "_signatures", "_settling", "_close",
        )), lambda world: {"key": world.inspection.key}
    ),
    "workflows:inspection_plan": lambda world: {"number": world.inspection.case.number},
    "workflows:inspection_photo": lambda world: {"client_id": world.inspection.photos.get().client_id},
    **dict.fromkeys(("industries:notice", "industries:notice_pdf", "permits:start"), _notice),
    "outbox:message": _message,
    **dict.fromkeys(
        ("permits:authority", "permits:authority_proof"),
        lambda world: {"pk": world.draft.enterprise.authorities.latest("pk").pk}
    ),
    **dict.fromkeys(
        (f"permits:{name}" for name in (
            "agent_at_counter", "draft", "materials", "ways", "delivery", "check", "answers", "take_back", "leave_out",
        )), _key
    ),
    "permits:commitment": lambda world: {"key": world.promising.key},
    "permits:form_section": lambda world: {"key": world.draft.key, "group": "premises"},
    "permits:material": lambda world: {"key": world.draft.key, "material": "mat_food_layout"},
    "permits:material_change": lambda world: {
        "key": world.draft.key, "material": "mat_food_layout", "pk": world.material.pk
    },
    "permits:file": lambda world: {"pk": world.material.pk},
    "permits:file_page": lambda world: {"pk": world.material.pk, "page": 1},
    **dict.fromkeys(
        ("certificates:verify", "certificates:licence_pdf", "certificates:licence_page", "workflows:show_licence"),
        lambda world: {"code": world.licence.code}
    ),
    "workflows:material_view": lambda world: {"pk": world.material.pk},
    "workflows:why": _why,
    "workflows:why_json": _why,
    "workflows:submit": _key,
    "workflows:paper": lambda world: {
        "number": world.accepted.number,
        "pk": world.accepted.documents.filter(kind="acceptance_notice").latest("pk").pk,
    },
    "workflows:progress": lambda world: {"code": world.accepted.code},
    "workflows:answer_supplement": _of("supplementing"),
    "workflows:promise": _of("lacking"),
    "workflows:late_papers": _of("lacking"),
    "permits:phone": lambda _world: {"code": "ABCDEFGHJK"},
    **dict.fromkeys((f"workflows:{name}" for name in ("case_desk", "arrivals", "print_slip")), _key),
    "workflows:held": _key,
    **dict.fromkeys(("workflows:held_permit", "workflows:held_proof"), _held),
    "workflows:slip": _slip,
    "workflows:queue_slip": _ticket,
    "workflows:drop_in": lambda world: {"pk": world.left.pk},
    "workflows:hand_over": lambda world: {"number": _unserved(world)},
    "workflows:hearing_party": lambda world: {"code": _heard(world).code},
    "workflows:party_slip": lambda world: {"number": world.accepted.number, "pk": _heard(world).pk},
    "workflows:drop_in_answer": lambda world: {"code": world.left.code},
    "workflows:intake": _of("submitted"),
    "workflows:review": _of("reviewing"),
    "workflows:referral": _referral,
    **dict.fromkeys(
        ("workflows:suspicion", "workflows:suspicion_photo"),
        lambda world: {"pk": scans.suspected(world.licence, world.story.cast.officer("dept_mrb"), TUESDAY, photo=True).pk}
    ),
    "workflows:after_check": lambda world: {"pk": world.check.pk},
    "workflows:rate": _of("issued"),
    "workflows:rating": _rating,
    "workflows:bar": _bar,
    "workflows:breach": _breach,
    "workflows:breach_proof": _breach,
    "workflows:office_case": _of("issued"),
    "workflows:visit": _of("issued"),
    "workflows:permits": _of("issued"),
    "workflows:holder_permits": _of("issued"),
    "workflows:permit_approval": _of("issued"),
    "workflows:permit_act": lambda world: {"number": world.issued.number, "slug": "suspend"},
    "workflows:review_refused_filing": _refusal,
    "workflows:substitution_end": lambda world: {"pk": world.substitution.pk},
    **dict.fromkeys(
        ("workflows:wording", "workflows:wording_history", "workflows:wording_preview"),
        lambda _world: {"form": next(iter(FORMS))},
    ),
    **dict.fromkeys(
        (f"workflows:{name}" for name in (
            "case", "submitted", "issue_early", "dates", "withdraw", "section", "approval", "clock", "joint_limit", "hearing",
            "own_hearing", "industry_promise", "why_joint", "why_joint_json",
            "case_chart", "case_chart_picture",
        )), _of("accepted")
    ),
}  # fmt: skip
