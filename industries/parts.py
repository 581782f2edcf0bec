"""One builder per kind of entry of a catalogue document; each notes its faults and always returns an entry."""

from typing import Any

from industries import checks, combining
from industries.checks import Known
from industries.conditions import ALWAYS
from industries.entities import (
    Advisory,
    Blocker,
    CheckItem,
    Department,
    Derivation,
    Field,
    Industry,
    IndustryMatter,
    Material,
    Matter,
    Provenance,
    Question,
    Remedies,
    Source,
)
from industries.faults import Node

FIELD_TYPES = (
    "text",
    "textarea",
    "choice",
    "multi",
    "bool",
    "number",
    "integer",
    "date",
    "phone",
    "id_number",
    "address",
    "table",
)
ACTIONS = ("new", "change", "renew")
PROVENANCES = ("seen", "general", "mixed", "brief")


def provenance(node: Node, known: Known) -> Provenance:
    """Where the entry's facts come from; what was seen names where."""
    source = node.one_of("source", PROVENANCES)
    refs = known.refer_all(node, "refs", "sources") if "refs" in node.data else ()
    if source == "seen" and not refs:
        node.fault("refs", "source 为 seen 时须列出来源")
    return Provenance(source, refs, node.text("note", optional=True))


def source(node: Node, known: Known) -> Source:
    words = {key: node.text(key, optional=True) for key in ("url", "kind", "used_for", "jurisdiction")}
    return Source(id=node.text("id"), title=node.text("title"), **words)


LEADERSHIPS = ("local", "vertical")
"""Under whom a department works: the district's government, or the authority above it (R2.35)."""


def department(node: Node, known: Known) -> Department:
    remedies = node.child("remedies")
    return Department(
        id=node.text("id"),
        name=node.text("name"),
        short_name=node.text("short_name"),
        role=node.text("role"),
        window=node.text("window"),
        hotline=node.text("hotline"),
        remedies=Remedies(
            review_body=remedies.text("review_body"),
            review_days=remedies.whole("review_days", 1) or 1,
            court=remedies.text("court"),
            suit_months=remedies.whole("suit_months", 1) or 1,
            to_confirm=bool(remedies.data.get("to_confirm", False)),
            leadership=remedies.one_of("leadership", LEADERSHIPS) if "leadership" in remedies.data else "local",
            online=remedies.text("online", optional=True),
        ),
        provenance=provenance(node, known),
    )


def question(node: Node, known: Known) -> Question:
    kind = node.one_of("type", ("bool", "number", "choice", "multi"))
    options = node.texts("options", optional=True)
    if kind in ("choice", "multi") and not options:
        node.fault("options", f"{kind} 型问题须列出选项")
    if kind in ("bool", "number") and options:
        node.fault("options", f"{kind} 型问题没有选项")
    lowest, highest = _number(node, "minimum", 0), _number(node, "maximum", checks.HIGHEST_NUMBER)
    if lowest >= highest:
        node.fault("maximum", f"上限 {highest:g} 不大于下限 {lowest:g}")
    return Question(
        id=node.text("id"),
        text=node.text("text"),
        type=kind,  # type: ignore[arg-type]  # one_of has checked it
        options=options,
        unit=node.text("unit", optional=True),
        ask_if=checks.condition(known, node, "ask_if") or ALWAYS,
        help=node.text("help", optional=True),
        minimum=lowest,
        maximum=highest,
        provenance=provenance(node, known),
    )


def _number(node: Node, key: str, default: float) -> float:
    value = node.data.get(key, default)
    if not checks.is_number(value):
        node.fault(key, "应为数字")
        return default
    return float(value) if isinstance(value, float) else value


def material(node: Node, known: Known) -> Material:
    name = node.text("name")
    checks.catch_all(node, "name", name)
    return Material(
        id=node.text("id"),
        name=name,
        kind=node.text("kind"),
        exempt_by=node.text("exempt_by", optional=True) or None,
        commitment_replaceable=node.flag("commitment_replaceable"),
        copies=node.whole("copies", 1) or 1,
        auto_generated=node.flag("auto_generated"),
        merged_into_form=node.flag("merged_into_form"),
        required_when=checks.condition(known, node, "required_when") or ALWAYS,
        tolerable=node.flag("tolerable", optional=True),
        provenance=provenance(node, known),
        facts=_facts(node, known),
    )


def form_field(node: Node, known: Known) -> Field:
    kind, options = node.one_of("type", FIELD_TYPES), node.texts("options", optional=True)
    prefill = node.text("prefill", optional=True) or None
    if kind in ("choice", "multi") and not options and prefill != "code_table":
        node.fault("options", f"{kind} 型要素须列出选项")
    return Field(
        id=node.text("id"),
        label=node.text("label"),
        type=kind,
        group=node.text("group"),
        prefill=prefill,
        options=options,
        max_length=node.whole("max_length", 1, optional=True),
        required=node.flag("required"),
        unit=node.text("unit", optional=True) or None,
        visible_when=checks.condition(known, node, "visible_when") or ALWAYS,
        derive=tuple(_derivation(part, known, options) for part in node.children("derive", optional=True)),
        provenance=provenance(node, known),
    )


def _derivation(node: Node, known: Known, options: tuple[str, ...]) -> Derivation:
    if ("set" in node.data) is ("add" in node.data):
        node.fault("set", "set 和 add 须有且只有一个")
    add = node.data.get("add")
    if add is not None and add not in options:
        node.fault("add", f"没有选项 {add}")
    return Derivation(checks.condition(known, node, "when") or ALWAYS, node.data.get("set"), add)


def _told(node: Node, known: Known, kind: Any) -> Any:
    """A blocker or an advisory: without a condition it would always hold, which is never meant."""
    if node.data.get("when") is None:
        node.fault("when", "缺少必填项，应为条件")
    return kind(checks.condition(known, node, "when") or ALWAYS, node.text("message"))


def _commitment(node: Node, known: Known) -> dict[str, Any]:
    """What the entry says on notice-and-commitment: who may use it, in how many days, or why nobody (R6.1)."""
    allowed = node.flag("commitment")
    days = node.whole("commitment_days", 0, optional=True)
    reason = node.text("commitment_exclusion_reason", optional=True)
    if allowed and days is None:
        node.fault("commitment_days", "可告知承诺的事项须写明承诺办理天数")
    if not allowed and not reason:
        node.fault("commitment_exclusion_reason", "不可告知承诺的事项须写明理由")
    return {
        "commitment": allowed,
        "commitment_days": days,
        "commitment_exclusion_reason": reason,
        "commitment_when": checks.condition(known, node, "commitment_when") or ALWAYS,
        "commitment_actions": node.some_of("commitment_actions", ACTIONS, ACTIONS[:1]),
        "post_check_days": node.whole("post_check_days", 0, optional=True),
        "post_check_mandatory": node.data.get("post_check_mandatory") is None or node.flag("post_check_mandatory"),
        "post_check_unit": node.one_of_or("post_check_unit", ("working", "calendar"), "calendar"),
    }


def _limits(node: Node) -> dict[str, Any]:
    """Days and years. A promise beyond the statutory limit would be a promise to break the law."""
    statutory, promised = node.days("statutory_days"), node.days("promised_days")
    if node.data.get("kind") == "许可" and promised > statutory:
        node.fault("promised_days", f"承诺时限 {promised} 天超过法定时限 {statutory} 天")
    return {
        "statutory_days": statutory,
        "promised_days": promised,
        "day_type": node.one_of("statutory_day_type", ("working", "calendar")),
        "extension_days": node.days("extension_days"),
        "validity_years": node.whole("validity_years", 1, optional=True),
        "effective_from": node.day("effective_from"),
        "effective_to": node.day("effective_to"),
    }


def matter(node: Node, known: Known) -> Matter:
    known.refer(node, "department", "departments", department := node.text("department"))
    if superseded_by := node.text("superseded_by", optional=True) or None:
        known.refer(node, "superseded_by", "matters", superseded_by)
    if not (legal_basis := node.texts("legal_basis")):
        node.fault("legal_basis", "须列出法律依据")
    applies_text = node.text("applies_text", optional=True)
    checks.catch_all(node, "applies_text", applies_text)
    return Matter(
        id=node.text("id"),
        name=node.text("name"),
        kind=node.one_of("kind", ("许可", "备案")),
        certificate_name=node.text("certificate_name"),
        department=department,
        level=node.one_of("level", ("local", "national")),
        national_code=node.text("national_code", optional=True) or None,
        inspection=node.flag("inspection"),
        inspection_waived_when=checks.condition(known, node, "inspection_waived_when"),
        inspection_waived_text=node.text("inspection_waived_text", optional=True),
        renewal=node.text("renewal", optional=True),
        legal_basis=legal_basis,
        prerequisites=known.refer_all(node, "prerequisites", "matters") if "prerequisites" in node.data else (),
        two_persons=node.flag("two_persons", optional=True),
        rectification_stops_clock=node.flag("rectification_stops_clock", optional=True),
        materials=known.refer_all(node, "materials", "materials"),
        fields=known.refer_all(node, "fields", "fields"),
        applies_when=checks.condition(known, node, "applies_when") or ALWAYS,
        applies_text=applies_text,
        blockers=tuple(_told(part, known, Blocker) for part in node.children("blockers", optional=True)),
        advisories=tuple(_told(part, known, Advisory) for part in node.children("advisories", optional=True)),
        superseded_by=superseded_by,
        note=node.text("note", optional=True),
        provenance=provenance(node, known),
        facts=_facts(node, known),
        **_limits(node),
        **_commitment(node, known),
    )


def _facts(node: Node, known: Known) -> dict[str, Provenance]:
    """Where single facts of an entry come from; a fact it does not have is a fault."""
    if "provenance" not in node.data:
        return {}
    facts = node.child("provenance")
    for key in facts.data:
        if key not in node.data:
            facts.fault(str(key), "本条里没有这一项")
    return {str(key): provenance(facts.child(key), known) for key in facts.data}


def check_item(node: Node, known: Known) -> CheckItem:
    text = node.text("text")
    checks.catch_all(node, "text", text)
    bases: dict[str, str] = {}
    for part in node.children("matters"):
        known.refer(part, "matter", "matters", matter := part.text("matter"))
        if matter in bases:
            part.fault("matter", f"重复：{matter}")
        bases[matter] = part.text("legal_basis")
    if not bases:
        node.fault("matters", "须写明哪些事项核查这一条")
    return CheckItem(node.text("id"), text, node.text("proof"), bases, provenance(node, known))


def industry(node: Node, known: Known) -> Industry:
    known.refer(node, "lead_department", "departments", lead := node.text("lead_department"))
    listed = tuple(_listed(part, known) for part in node.children("matters"))
    for place, entry in enumerate(listed):
        if entry.matter in {before.matter for before in listed[:place]}:
            node.fault(f"matters[{place}].matter", f"重复：{entry.matter}")
    if not combining.suffice(len(listed)):
        node.fault("matters", "综合许可的行业至少要有两个事项(R1.9)")
    return Industry(
        id=node.text("id"),
        code=node.text("code"),
        name=node.text("name"),
        aliases=node.texts("aliases", optional=True),
        gbt4754=node.texts("gbt4754", optional=True),
        list_status=node.one_of("list_status", ("confirmed", "candidate")),
        list_confidence=node.text("list_confidence", optional=True),
        depth=node.text("depth", optional=True),
        lead_department=lead,
        cooperating_departments=known.refer_all(node, "cooperating_departments", "departments"),
        matters=listed,
        questions=known.refer_all(node, "questions", "questions"),
        answers_implied=_implied(node, known),
        note=node.text("note", optional=True),
        commitment=node.flag("industry_commitment", optional=True),
        provenance=provenance(node, known),
        facts=_facts(node, known),
    )


def _listed(node: Node, known: Known) -> IndustryMatter:
    known.refer(node, "matter", "matters", id := node.text("matter"))
    text = node.text("applies_text", optional=True)
    checks.catch_all(node, "applies_text", text)
    role = node.one_of("role", ("core", "conditional"))
    return IndustryMatter(id, role, checks.condition(known, node, "applies_when"), text)


def _implied(node: Node, known: Known) -> dict[str, Any]:
    answers: dict[str, Any] = node.get("answers_implied", dict, "映射", {}, optional=True)
    for id, value in answers.items():
        if id not in known.questions:
            node.fault(f"answers_implied.{id}", f"没有这个问题：{id}")
        elif wrong := checks.implied_fault(known.questions[id], value):
            node.fault(f"answers_implied.{id}", wrong)
    return {id: tuple(value) if isinstance(value, list) else value for id, value in answers.items()}
