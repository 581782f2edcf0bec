"""Checks that look at more than one place of a catalogue document: references, conditions, cycles, validity, wording."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from industries.conditions import ALWAYS, LIST_OPS, OPS_BY_TYPE, TESTS, Condition, questions_of, read
from industries.entities import CheckItem, Matter, Question
from industries.faults import CatalogueError, Node, shown

HIGHEST_NUMBER = 1_000_000
# A guide may not ask for "other materials" (R2.11): such words leave it to the counter what is demanded.
CATCH_ALL = re.compile(
    r"其[他它](?:有关|相关|需要|必要|必需|所需|规定|要求|应当?提交|应提供)*的?(?:申请)?(?:材料|资料|文件|证明|条件)"
    r"|等(?:其[他它])?(?:有关|相关)的?(?:材料|资料|文件|证明)"
    r"|(?:认为|要求)(?:需要|必要|应当)?(?:提交|提供|补充)的(?:其[他它])?(?:材料|资料|文件)"
)


@dataclass(slots=True)
class Known:
    """What the document defines, read before anything refers to it: ids by kind, and each question's type and options."""

    ids: dict[str, set[str]] = field(default_factory=dict)
    questions: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def refer(self, node: Node, key: str, kind: str, id: Any) -> None:
        """Note a fault where the id names nothing."""
        if id not in self.ids.get(kind, ()):
            node.fault(key, f"没有这个{KIND_WORDS[kind]}：{shown(id)}")

    def refer_all(self, node: Node, key: str, kind: str) -> tuple[str, ...]:
        """A list of ids, each known and named once."""
        for place, id in enumerate(found := node.texts(key)):
            self.refer(node, f"{key}[{place}]", kind, id)
        return found


KIND_WORDS = {
    "departments": "部门",
    "questions": "问题",
    "materials": "材料",
    "fields": "表单要素",
    "matters": "事项",
    "industries": "行业",
    "sources": "来源",
    "check_items": "核查要点",
}


def condition(known: Known, node: Node, key: str) -> Condition | None:
    """The condition under the key: None where null or missing; an always true one where it is faulty."""
    raw = node.data.get(key)
    if raw is None:
        return None
    before = len(node.faults)
    _check_condition(known, raw, node.at(key), node.faults)
    return read(raw) if len(node.faults) == before else ALWAYS


def _check_condition(known: Known, raw: Any, path: str, faults: list[CatalogueError]) -> None:
    if not isinstance(raw, dict) or not raw:
        faults.append(CatalogueError(path, f"条件应为含 all、any、not 或 q 的映射，现为 {shown(raw)}"))
        return
    if "q" in raw:
        _check_leaf(known, raw, path, faults)
        return
    _strange_keys(raw, path, ("all", "any", "not"), faults)
    for key in ("all", "any"):
        parts = raw.get(key, [])
        if not isinstance(parts, list):
            faults.append(CatalogueError(f"{path}.{key}", f"应为条件的列表，现为 {shown(parts)}"))
            continue
        for place, part in enumerate(parts):
            _check_condition(known, part, f"{path}.{key}[{place}]", faults)
    if "not" in raw:
        _check_condition(known, raw["not"], f"{path}.not", faults)


def _check_leaf(known: Known, raw: Mapping[str, Any], path: str, faults: list[CatalogueError]) -> None:
    _strange_keys(raw, path, ("q", "op", "value"), faults)
    question = known.questions.get(raw["q"]) if isinstance(raw["q"], str) else None
    if question is None:
        faults.append(CatalogueError(f"{path}.q", f"没有这个问题：{shown(raw['q'])}"))
        return
    op, kind = raw.get("op"), str(question.get("type"))
    if op not in TESTS:
        faults.append(CatalogueError(f"{path}.op", f"没有这个运算：{shown(op)}"))
        return
    if kind in OPS_BY_TYPE and op not in OPS_BY_TYPE[kind]:
        faults.append(CatalogueError(f"{path}.op", f"{op} 不能用于 {kind} 型问题 {raw['q']}"))
        return
    if "value" not in raw or (op in LIST_OPS) is not isinstance(raw["value"], list):
        faults.append(CatalogueError(f"{path}.value", f"{op} 需要{'列表' if op in LIST_OPS else '单个值'}"))
        return
    wrong = (value_fault(question, value) for value in (raw["value"] if op in LIST_OPS else [raw["value"]]))
    faults += [CatalogueError(f"{path}.value", message) for message in wrong if message]


def _strange_keys(raw: Mapping[str, Any], path: str, allowed: tuple[str, ...], faults: list[CatalogueError]) -> None:
    strange = sorted(set(raw) - set(allowed), key=str)
    faults += [CatalogueError(f"{path}.{key}", f"条件里没有这个写法，应为 {'、'.join(allowed)}") for key in strange]


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def value_fault(question: Mapping[str, Any], value: Any) -> str | None:
    """Why a single value cannot be an answer (or an option) of the question; None where it can."""
    kind, options = question.get("type"), question.get("options") or []
    if kind == "bool" and not isinstance(value, bool):
        return f"{question['id']} 是判断题，应为 true 或 false，现为 {shown(value)}"
    if kind == "number" and not is_number(value):
        return f"{question['id']} 应为数字，现为 {shown(value)}"
    if kind in ("choice", "multi") and value not in options:
        return f"{question['id']} 没有选项 {shown(value)}，可选：{'、'.join(map(str, options))}"
    return None


def implied_fault(question: Mapping[str, Any], value: Any) -> str | None:
    """Why a value cannot be implied as the answer of the question; None where it can."""
    if question.get("type") != "multi":
        return value_fault(question, value)
    if not isinstance(value, list):
        return f"{question['id']} 是多选题，应为列表，现为 {shown(value)}"
    return next((wrong for part in value if (wrong := value_fault(question, part))), None)


def catch_all(node: Node, key: str, text: str) -> None:
    """Note a fault where the text asks for whatever may be wanted (R2.11)."""
    if found := CATCH_ALL.search(text):
        node.fault(key, f"不得设兜底条款“{found.group()}”，材料和条件须逐项列明(R2.11)")


def cycles(questions: Mapping[str, Question], places: Mapping[str, Node]) -> None:
    """Note a fault for every question that is asked only depending on itself."""
    needs = {id: questions_of(question.ask_if) & questions.keys() for id, question in questions.items()}
    for id in questions:
        if id in _reached(id, needs):
            places[id].fault("ask_if", f"循环：{id} 要先答自己才会被问到")


def prerequisites(matters: Mapping[str, Matter], places: Mapping[str, Node]) -> None:
    """Note a fault for every matter that waits for itself (R1.31)."""
    needs = {id: set(matter.prerequisites) & matters.keys() for id, matter in matters.items()}
    for id in matters:
        if id in _reached(id, needs):
            places[id].fault("prerequisites", f"循环：{id} 要等自己先办结")


def check_items(items: Mapping[str, CheckItem], matters: Mapping[str, Matter], places: Mapping[str, Node]) -> None:
    """Note a fault where a point is asked for a matter without a site check, or twice in the same words."""
    first: dict[str, str] = {}
    for id, item in items.items():
        if item.text in first:
            places[id].fault("text", f"与 {first[item.text]} 重复：同一要点写成一条，列出各事项")
        first.setdefault(item.text, id)
        for place, matter in enumerate(item.bases):
            if matter in matters and not matters[matter].inspection:
                places[id].fault(f"matters[{place}].matter", f"{matter} 不需要现场核查")


def _reached(start: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(needs[start])
    while waiting:
        if (id := waiting.pop()) not in reached:
            reached.add(id)
            waiting += needs[id]
    return reached


def validity(matters: Mapping[str, Matter], places: Mapping[str, Node]) -> None:
    """Note faults in the days of validity: ends before beginnings, overlaps and gaps between a matter and its successor."""
    for id, matter in matters.items():
        node, begin, end = places[id], matter.effective_from, matter.effective_to
        if begin and end and begin >= end:
            node.fault("effective_to", f"失效日 {end} 不晚于生效日 {begin}")
        if not matter.superseded_by or matter.superseded_by not in matters:
            continue
        heir = matters[matter.superseded_by]
        if heir is matter:
            node.fault("superseded_by", "事项不能由自己取代")
        elif end is None:
            node.fault("effective_to", f"已由 {heir.id} 取代，须写明失效日")
        elif heir.effective_from and heir.effective_from < end:
            node.fault("effective_to", f"有效期重叠：{heir.id} 自 {heir.effective_from} 生效，早于本事项失效日 {end}")
        elif not heir.in_force(end):
            node.fault("superseded_by", f"有效期中断：{heir.id} 在 {end} 尚未生效或已失效")
