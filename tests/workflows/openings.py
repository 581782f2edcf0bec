"""Where stories of any order begin: stretches of lawful steps that lead to what chance seldom reaches.

A story takes the whole of one or a part of it and goes on in any order from there. Together they do every kind of act.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.workflows.any_order import Told
from tests.workflows.plots import CAFE, PROMISE, SHOP, Plot
from workflows import periodic
from workflows.rehearsal import play
from workflows.rehearsal.script import ScriptStep

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
"""When every story begins."""
Line = tuple[str, str, str, Mapping[str, Any]]
"""When in that year, by whom, what, with what: a line of a rehearsal."""
FOOD, TOBACCO, SIGN = {"matters": ["m_food_license"]}, {"matters": ["m_tobacco"]}, {"matters": ["m_signboard"]}
FIRE, HEALTH = {"matters": ["m_fire"]}, {"matters": ["m_health"]}
LAYOUT, DRAWING = "mat_food_layout", "mat_sign_drawing"
TEAM = ["mrb", "mrb-2", "tobacco", "tobacco-2"]
SUBMITTED: tuple[Line, ...] = (("03-02 10:00", "applicant", "submit", {}),)
ACCEPTED: tuple[Line, ...] = (*SUBMITTED, ("03-02 11:00", "window", "accept", {}))
GRANTED: tuple[Line, ...] = (
    ("03-03 09:00", "dept_mrb", "grant", FOOD),
    ("03-03 09:10", "dept_tobacco", "grant", TOBACCO),
    ("03-03 09:20", "dept_subdistrict", "grant", SIGN),
)


@dataclass(frozen=True)
class Opening:
    """The beginning of a story: its plot, and the steps that have to go through."""

    plot: Plot
    lines: tuple[Line, ...] = ()

    def begin(self, lines: int | None = None) -> Iterator[Told]:
        """The story at its beginning and after each of so many lines; what fell due before a line has happened."""
        told = Told.begin(AT, self.plot)
        yield told
        for at, by, do, details in self.lines[:lines]:
            before, told.at = told.at, datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
            if before.date() != told.at.date():  # within a day nothing falls due
                periodic.run_due(told.at)
                play.make_licences(told.at)
            told.changed = True
            done = told.attempt(ScriptStep(told.at, do, by, False, details))
            assert done, f"{at}: {do} by {by} does not go through any more, after {told.done}"
            told.done.append(done)
            yield told


OPENINGS: dict[str, Opening] = {
    "a draft": Opening(SHOP),
    "a promise's draft": Opening(PROMISE),
    "through the counter": Opening(
        SHOP,
        (
            ("03-02 10:00", "window", "leave_record", {"who": "王小店", "what": "不知道找哪个部门"}),
            ("03-02 10:05", "service_office", "answer_record", {"text": "由街道办理", "told": "phone"}),
            ("03-02 10:10", "window", "refuse_to_take", {"ground": "not_competent", "reason": "不在本区"}),
            ("03-02 10:15", "service_office", "review_refusal", {"stands": False, "finding": "在本区，应当收件"}),
            ("03-02 10:20", "window", "take_over", {"consent_by": "王小店", "how": "present"}),
            ("03-02 10:25", "window", "assist", {"parts": ["form"], "helper": "李帮办", "asked_by": "王小店"}),
            ("03-02 10:30", "window", "hand_back", {"consent_by": "王小店", "how": "present"}),
            ("03-02 10:35", "applicant", "submit", {"without": [LAYOUT]}),
            ("03-02 16:00", "window", "open_reviews", {"departments": ["dept_mrb", "dept_tobacco"]}),
            ("03-03 09:00", "dept_mrb", "review", {"items": {LAYOUT: "缺少尺寸"}}),
            ("03-03 10:00", "window", "request_supplement", {"items": {LAYOUT: "缺少尺寸", DRAWING: "缺少效果图"}}),
            ("03-04 09:00", "applicant", "supplement", {"items": {LAYOUT: "已标注"}}),
            ("03-04 10:00", "window", "settle", {"items": {DRAWING: ""}}),
            ("03-04 10:05", "window", "see_originals", {}),
            ("03-04 10:10", "dept_mrb", "settle", {"items": {LAYOUT: "仍缺少层高"}}),
        ),
    ),
    "a paper to follow": Opening(
        SHOP,
        (
            ("03-02 10:00", "applicant", "submit", {"without": [DRAWING]}),
            ("03-02 11:00", "window", "tolerate", {"items": {DRAWING: "没有提交"}}),
            ("03-02 12:00", "applicant", "promise_late", {}),
            ("03-04 10:00", "applicant", "deliver_late", {}),
            ("03-04 14:00", "window", "send_back_late", {"items": {DRAWING: "缺少尺寸"}}),
            ("03-05 10:00", "applicant", "deliver_late", {}),
            ("03-05 11:00", "dept_subdistrict", "confirm_late", {}),
        ),
    ),
    "never answered": Opening(
        SHOP,
        (
            ("03-02 10:00", "applicant", "submit", {"without": [LAYOUT]}),
            ("03-02 11:00", "window", "request_supplement", {"items": {LAYOUT: "缺少尺寸"}}),
            ("05-06 10:00", "", "tick", {}),
        ),
    ),
    "taken back": Opening(SHOP, (*SUBMITTED, ("03-02 11:00", "applicant", "withdraw", {}))),
    "turned away": Opening(
        SHOP,
        (
            *SUBMITTED,
            ("03-03 09:20", "window", "decline", {"ground": "false_material", "reason": "租赁合同系伪造"} | FOOD),
            ("03-03 10:00", "applicant", "apply_again", {"leave_out": FOOD["matters"]}),
            ("04-01 09:20", "dept_mrb", "lift_bar", {"reason": "复议决定撤销原决定"} | FOOD),
        ),
    ),
    "a hearing": Opening(
        SHOP,
        (
            *ACCEPTED,
            ("03-03 09:00", "dept_tobacco", "claim", {}),
            ("03-03 09:05", "dept_tobacco", "release", {}),
            ("03-03 09:10", "dept_mrb", "tell_hearing", FOOD),
            ("03-03 09:20", "dept_tobacco", "tell_hearing", TOBACCO),
            ("03-05 09:00", "applicant", "ask_hearing", FOOD),
            ("03-05 09:10", "applicant", "waive_hearing", TOBACCO),
            ("03-06 09:30", "dept_mrb", "schedule_hearing", {"on": "2026-03-17 09:30"} | FOOD),
            ("03-17 12:00", "dept_mrb", "hold_hearing", FOOD),
        ),
    ),
    "what comes first": Opening(
        CAFE,
        (
            *ACCEPTED,
            ("03-03 09:00", "dept_culture_tourism", "propose", {"matters": ["m_internet_cafe"]}),
            ("03-03 10:00", "dept_police", "grant", {"matters": ["m_net_security"]}),
        ),
    ),
    "limits": Opening(
        SHOP,
        (
            *ACCEPTED,
            ("03-03 09:00", "dept_tobacco", "stop_clock", {"ground": "testing"} | TOBACCO),
            ("03-03 09:10", "dept_mrb", "grant", FOOD),
            ("03-05 09:00", "dept_tobacco", "resume_clock", TOBACCO),
            ("03-06 09:00", "dept_tobacco", "extend", {"reason": "需要听取意见"} | TOBACCO),
            ("03-06 09:10", "service_office", "extend_jointly", {"reason": "需要跨部门论证"}),
            ("03-06 09:20", "dept_subdistrict", "grant", SIGN),
            ("03-23 09:00", "dept_tobacco", "explain_delay", {"reason": "零售点布局复核"} | TOBACCO),
            ("03-23 10:00", "applicant", "issue_early", {}),
            ("03-24 10:00", "applicant", "withdraw", TOBACCO),
        ),
    ),
    "two persons": Opening(
        SHOP,
        (
            *ACCEPTED,
            ("03-03 09:00", "dept_mrb", "propose", FOOD),
            ("03-03 09:10", "dept_mrb", "recall", FOOD),
            ("03-03 09:20", "dept_mrb", "propose", FOOD),
            ("03-03 09:30", "dept_mrb", "send_back", {"reason": "请核对面积"} | FOOD),
            (
                "03-03 10:00",
                "dept_tobacco",
                "substitute",
                {"officers": ["tobacco", "tobacco-2"], "until": "2026-03-31"},
            ),
            ("03-03 10:10", "dept_tobacco", "end_substitution", {"officers": ["tobacco"]}),
            ("03-03 11:00", "dept_mrb", "propose", {"decision": "refuse", "reason": "布局不符"} | FOOD),
            ("03-03 11:10", "dept_mrb", "approve", FOOD),
            ("03-03 11:30", "dept_tobacco", "waive_inspection", {"reason": "上月已实地核查"} | TOBACCO),
            ("03-03 12:00", "dept_tobacco", "refuse", {"reason": "距离不足"} | TOBACCO),
            ("03-03 12:10", "dept_subdistrict", "refuse", {"reason": "尺寸超出规定"} | SIGN),
        ),
    ),
    "a visit": Opening(
        SHOP,
        (
            *ACCEPTED,
            ("03-02 13:00", "dept_mrb", "schedule_inspection", {"on": "2026-03-04 09:30", "officers": TEAM}),
            ("03-03 09:00", "applicant", "move_inspection", {"reason": "当天停电"}),
            ("03-03 10:00", "dept_mrb", "schedule_inspection", {"on": "2026-03-05 09:30", "officers": TEAM}),
            ("03-05 10:30", "dept_tobacco", "inspect", {"findings": {"m_tobacco": "pass"}}),
            (
                "03-05 15:00",
                "dept_mrb",
                "inspect",
                {"findings": {"m_food_license": "rectify"}, "closed_at": "2026-03-05 11:00"},
            ),
            ("03-06 10:00", "applicant", "rectify", {}),
            ("03-09 10:00", "dept_mrb", "inspect", {"findings": {"m_food_license": "pass"}}),
            ("03-09 11:00", "dept_mrb", "grant", FOOD),
            ("03-09 12:00", "dept_tobacco", "refuse", {"reason": "距离不足"} | TOBACCO),
            ("03-09 13:00", "applicant", "withdraw", SIGN),
        ),
    ),
    "after checks": Opening(
        PROMISE,
        (
            *ACCEPTED,
            ("03-02 15:00", "dept_fire", "grant", FIRE),
            ("03-03 10:00", "dept_health", "grant", HEALTH),
            ("03-03 11:00", "dept_subdistrict", "grant", SIGN),
            ("03-10 11:00", "dept_fire", "post_check", {"result": "broken"} | FIRE),
            ("03-10 12:00", "dept_health", "post_check", {"result": "kept"} | HEALTH),
            ("03-25 11:00", "dept_fire", "revoke", {"ground": "commitment_broken"} | FIRE),
        ),
    ),
    "praise and blame": Opening(
        SHOP,
        (
            *SUBMITTED,
            ("03-02 10:20", "applicant", "promise_industry", {}),
            ("03-02 10:30", "applicant", "rate", {"level": 2, "text": "来回跑了两次", "named": True}),
            ("03-02 11:00", "window", "accept", {}),
            ("03-02 11:10", "dept_mrb", "industry_broken", {}),
            ("03-02 11:20", "dept_mrb", "industry_put_right", {}),
            ("03-02 11:30", "applicant", "promise_industry", {}),
            ("03-02 11:40", "applicant", "take_back_industry", {}),
            ("03-03 09:00", "service_office", "contact_rating", {}),
            ("03-03 09:10", "service_office", "prolong_rating", {"reason": "涉及两个部门的窗口"}),
            ("03-03 09:20", "service_office", "answer_rating", {"outcome": "fixed", "text": "已合并两次核验"}),
            ("03-03 09:30", "service_office", "revisit_rating", {"satisfied": True, "notes": "电话回访，表示满意"}),
            (
                "03-03 10:00",
                "applicant",
                "rate",
                {"level": 2, "body": "dept_tobacco", "text": "是骗子", "may_publish": True},
            ),
            ("03-03 10:10", "applicant", "rate", {"level": 1, "body": "dept_mrb", "text": "点错了"}),
            ("03-04 09:20", "dept_tobacco", "answer_rating", {"outcome": "fixed", "text": "已核实改进"}),
            ("03-04 09:30", "service_office", "exclude_rating", {"reason": "评价人来电说明点错了"}),
            ("03-04 10:00", "service_office", "hide_rating", {"ground": "insult", "reason": "称人为骗子"}),
        ),
    ),
    "a licence": Opening(
        SHOP,
        (
            *ACCEPTED,
            ("03-02 12:10", "applicant", "merge", HEALTH),
            ("03-02 12:20", "applicant", "take_back_merge", HEALTH),
            ("03-02 12:30", "applicant", "merge", HEALTH),
            ("03-02 12:40", "dept_health", "refuse_merge", {"reason": "已经注销"} | HEALTH),
            ("03-02 12:50", "applicant", "merge", HEALTH),
            ("03-02 12:55", "dept_health", "confirm_merge", HEALTH),
            *GRANTED,
            ("03-04 10:00", "service_office", "deliver", {"way": "electronic"}),
            ("03-04 11:00", "dept_subdistrict", "visit", {}),
            ("04-03 11:00", "applicant", "replace", {}),
            ("05-06 09:00", "dept_mrb", "tell_hearing", {"cause": "penalty"} | FOOD),
            ("05-07 09:00", "applicant", "waive_hearing", FOOD),
            ("05-08 09:00", "dept_mrb", "revoke_as_penalty", {"ground": "penalty"} | FOOD),
            ("05-20 09:00", "applicant", "report_registration", {"how": "changed"} | FOOD),
        ),
    ),
}
"""By name. What is done with permits afterwards, `test_lives_in_any_order` does in any order, each act for certain."""
