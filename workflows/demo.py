"""The demo's story: one convenience store from the first question to the licence, and cases at other stages of life.

Everything goes through the same acts and steps as the pages; nothing is put into tables by hand.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts import authorities
from accounts.actors import Actor
from accounts.enterprises import enterprise_from_register
from accounts.models import Authority, Enterprise, RegisterEntry, User
from audit.violations import RuleViolation
from certificates.models import Licence
from industries.answers import answer_words
from industries.notice import compile_notice
from industries.publishing import catalogue_of, current_version, issue_notice
from outbox import delivery
from permits import filing, samples
from permits.files import uploads
from permits.files.sample_files import sample_pdf
from permits.models import Case
from workflows import steps

INDUSTRY = "convenience_store"
ANSWERS: dict[str, Any] = {
    "area_m2": 80,
    "makes_food": True,
    "sells_alcohol": "仅预包装酒",
    "sells_tobacco": True,
    "tobacco_school_ok": True,
    "sells_drug": "仅乙类非处方药",
    "sells_device": ["第二类"],
    "has_signboard": True,
    "menu_hot": True,
}
"""What the store's owner says where she is asked; every other question of yes or no is answered no."""

SCOPES = {
    "m_food_license": "热食类制售;预包装食品销售(含酒类)",
    "m_tobacco": "卷烟、雪茄烟零售",
    "m_drug_retail": "乙类非处方药",
    "m_device2_filing": "第二类医疗器械零售",
    "m_signboard": "门头招牌一处",
}
"""What the officers write as scope when they grant."""

SHOP = "91310105MA1FW00290"
Say = Callable[[str], None]


def actor(username: str) -> Actor:
    """A demo account as an actor."""
    return Actor.of(User.objects.get(username=username))


def answer_everything(on: datetime) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Question by question, only those that can still change the result: question, answer in words, all answers so far."""
    day = timezone.localtime(on).date()
    version = current_version(day)
    if version is None:
        raise RuleViolation("no_catalogue", "还没有发布目录")
    catalogue = catalogue_of(version)
    answers: dict[str, Any] = {}
    while unanswered := compile_notice(catalogue, [INDUSTRY], answers, day).unanswered:
        question = catalogue.questions[unanswered[0]]
        nothing = {"bool": False, "number": 0, "multi": list(question.options)[-1:]}
        answers[question.id] = ANSWERS.get(question.id, nothing.get(question.type, next(iter(question.options), "")))
        yield question.text, answer_words(question, answers[question.id]), dict(answers)


def begin(enterprise: Enterprise, at: datetime, say: Say = lambda line: None, *, by: str = "shop") -> Case:
    """From the first question to a draft with its numbered notice."""
    answers: dict[str, Any] = {}
    for text, given, answers in answer_everything(at):  # noqa: B007 - the last one holds all answers
        say(f"  问 {text}  答 {given}")
    notice = issue_notice(
        industries=[INDUSTRY], answers=answers, on=timezone.localtime(at).date(), actor=actor(by), at=at
    )
    effect = notice.result["effect"]
    say(
        f"一次告知单 {notice.number}:许可 {effect['permits'][0]}→{effect['permits'][1]} 张,"
        f"材料 {effect['materials'][0]}→{effect['materials'][1]} 份,时限 {effect['days'][0]}→{effect['days'][1]} 天"
    )
    case = filing.start(
        enterprise=enterprise,
        industries=notice.industries,
        answers=notice.answers,
        catalogue_version=notice.catalogue,
        channel=Case.Channel.ONLINE,
        actor=actor(by),
        at=at,
        notice=notice,
    )
    samples.fill(case, actor=actor(by), at=at)
    say(f"填表与材料:{case.entries.count()} 项、{case.materials.count()} 个文件")
    return case


def submit(case: Case, at: datetime, say: Say = lambda line: None, *, by: str = "shop") -> Case:
    """Hand in."""
    steps.submit(case, actor=actor(by), at=at)
    say(f"提交:办件 {case.number},收件凭证 {case.documents.get(kind='filing_receipt').number}")
    return case


def accept(case: Case, at: datetime, say: Say = lambda line: None) -> Case:
    """Take in."""
    steps.accept(case, actor=actor("window"), at=at)
    say(f"受理:承诺 {case.promised_by} 前办结")
    return case


def decide(case: Case, at: datetime, say: Say = lambda line: None, *, departments: int | None = None) -> Case:
    """The departments grant, all of them or the first few."""
    parts: dict[str, list[str]] = {}
    for row in case.matters.select_related("section"):
        parts.setdefault(row.section.body_id, []).append(row.matter)
    for body, matters in list(parts.items())[:departments]:
        steps.grant(case, matters=matters, actor=actor(body.removeprefix("dept_")), at=at, scopes=SCOPES)
        names = "、".join(case.matters.filter(matter__in=matters).values_list("name", flat=True))
        say(f"{User.objects.get(username=body.removeprefix('dept_')).body}:准予 {names}")
    return case


def licence_of(case: Case, say: Say = lambda line: None) -> Licence:
    """Issue at once what the outbox would issue a moment later."""
    delivery.deliver(f"all_decided:{case.pk}")
    licence = Licence.objects.get(case=case)
    say(f"颁发:{licence.number},含 {licence.items.count()} 项许可")
    return licence


def whole_case(enterprise: Enterprise, at: datetime, say: Say = lambda line: None) -> Licence:
    """From the first question to the licence, within one moment."""
    case = begin(enterprise, at, say)
    submit(case, at, say)
    accept(case, at, say)
    decide(case, at, say)
    return licence_of(case, say)


def authorise(enterprise: Enterprise, at: datetime) -> None:
    """The agent brings the enterprise's letter to the window, which scans it: from then on the agent files for it."""
    sample = sample_pdf("power_of_attorney", "授权委托书")
    path = f"authorities/samples/{sample.sha256[:32]}.pdf"
    uploads.write_durably(uploads.location(path), sample.content)
    agent = User.objects.get(username="agent")
    authorities.grant(
        enterprise=enterprise,
        agent=authorities.Agent(agent.display_name, agent),
        acts=list(Authority.Act),
        until=timezone.localtime(at).date() + timedelta(days=365),
        proof=authorities.scanned(path, "application/pdf", sample.sha256, sample.sha256),
        actor=actor("window"),
        at=at,
    )


def furnish(at: datetime) -> None:
    """One finished case, and others waiting for each of the people who try the demo. A second call changes nothing."""
    if Case.objects.exists():
        return
    shop = enterprise_from_register(SHOP, at=at)
    whole_case(shop, at - timedelta(days=6))
    others = [
        enterprise_from_register(uscc, at=at)
        for uscc in RegisterEntry.objects.exclude(uscc=SHOP).order_by("pk").values_list("uscc", flat=True)[:4]
    ]
    begin(shop, at)
    for other in others:
        authorise(other, at - timedelta(days=3))
    filed = [
        submit(begin(other, at - timedelta(hours=since), by="agent"), at - timedelta(hours=since), by="agent")
        for other, since in zip(others, (3, 24, 48, 24), strict=True)
    ]
    accept(filed[1], at - timedelta(hours=4))
    decide(accept(filed[2], at - timedelta(days=1)), at - timedelta(hours=1), departments=1)
    asked = filed[3]
    steps.request_supplement(
        asked, items={"mat_food_layout": "平面图缺少尺寸和比例"}, actor=actor("window"), at=at - timedelta(hours=5)
    )
