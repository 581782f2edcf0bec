"""A rehearsal file: read, checked, with messages that name the place. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

SHANGHAI = ZoneInfo("Asia/Shanghai")

VERBS: dict[str, frozenset[str]] = {
    "submit": frozenset({"without", "ordinary", "delivery", "consent"}),
    "withdraw": frozenset({"matters"}),
    "open_reviews": frozenset({"departments"}),
    "review": frozenset({"items"}),
    "request_supplement": frozenset({"items", "ground", "taken_by"}),
    "supplement": frozenset({"items"}),
    "settle": frozenset({"items"}),
    "accept": frozenset(),
    "tolerate": frozenset({"items"}),
    "promise_late": frozenset(),
    "deliver_late": frozenset({"items"}),
    "confirm_late": frozenset({"items"}),
    "send_back_late": frozenset({"items"}),
    "decline": frozenset({"reason", "ground", "competent", "matters", "taken_by"}),
    "refuse_to_take": frozenset({"who", "what", "ground", "reason"}),
    "review_refusal": frozenset({"stands", "finding"}),
    "apply_again": frozenset({"leave_out"}),
    "lift_bar": frozenset({"matters", "reason"}),
    **dict.fromkeys(("take_over", "hand_back"), frozenset({"consent_by", "how", "note"})),
    "assist": frozenset({"helper", "parts", "asked_by", "how"}),
    "see_originals": frozenset(),
    "leave_record": frozenset({"who", "phone", "what"}),
    "answer_record": frozenset({"text", "told"}),
    **dict.fromkeys(("claim", "release"), frozenset({"officers"})),
    "grant": frozenset({"matters", "officers", "scope"}),
    "refuse": frozenset({"matters", "reason", "ground", "officers"}),
    "propose": frozenset({"matters", "decision", "reason", "ground", "officers"}),
    "approve": frozenset({"matters", "officers"}),
    "send_back": frozenset({"matters", "reason", "officers"}),
    "recall": frozenset({"matters", "officers"}),
    "substitute": frozenset({"officers", "since", "until", "reason", "head_power"}),
    "end_substitution": frozenset({"officers", "reason"}),
    "issue_early": frozenset(),
    "schedule_inspection": frozenset({"on", "officers"}),
    "move_inspection": frozenset({"on", "reason"}),
    "waive_inspection": frozenset({"matters", "reason"}),
    "inspect": frozenset({"findings", "items", "days", "closed_at"}),
    "rectify": frozenset(),
    "post_check": frozenset({"matters", "result", "findings", "days", "untrue"}),
    "promise_industry": frozenset({"industry", "signer"}),
    "take_back_industry": frozenset({"industry"}),
    "industry_broken": frozenset({"industry", "findings"}),
    "industry_put_right": frozenset({"industry", "reason"}),
    "change": frozenset({"fields"}),
    **dict.fromkeys(("renew", "merge", "confirm_merge", "take_back_merge"), frozenset({"matters"})),
    "suspend": frozenset({"matters", "reason", "until"}),
    **dict.fromkeys(("reinstate", "refuse_merge"), frozenset({"matters", "reason"})),
    **dict.fromkeys(
        ("withdraw_grant", "revoke", "revoke_as_penalty", "cancel"), frozenset({"matters", "ground", "reason"})
    ),
    "report_registration": frozenset({"matters", "how", "on"}),
    "replace": frozenset(),
    "deliver": frozenset({"way", "receiver", "carrier", "tracking_number", "deliverer"}),
    "visit": frozenset({"notes"}),
    "tell_hearing": frozenset({"matters", "cause", "intended", "party"}),
    **dict.fromkeys(("ask_hearing", "waive_hearing"), frozenset({"matters"})),
    "schedule_hearing": frozenset({"matters", "on", "place", "officers"}),
    "hold_hearing": frozenset({"matters", "minutes", "signed_by", "officers"}),
    "stop_clock": frozenset({"matters", "ground", "reason", "needed_days", "officers"}),
    "resume_clock": frozenset({"matters", "ground", "officers"}),
    "extend": frozenset({"matters", "reason", "officers"}),
    "extend_jointly": frozenset({"reason", "approver"}),
    "explain_delay": frozenset({"matters", "reason"}),
    "rate": frozenset({"level", "text", "body", "named", "may_publish"}),
    "contact_rating": frozenset(),
    "prolong_rating": frozenset({"reason"}),
    "answer_rating": frozenset({"outcome", "text", "promised_on"}),
    "revisit_rating": frozenset({"satisfied", "notes"}),
    "exclude_rating": frozenset({"reason"}),
    "hide_rating": frozenset({"ground", "reason"}),
    "tick": frozenset(),
}
"""Each verb with the keys it takes besides `at`, `by`, `do`, `refused`."""

NEEDED: dict[str, frozenset[str]] = {
    "open_reviews": frozenset({"departments"}),
    **dict.fromkeys(("request_supplement", "settle", "tolerate", "send_back_late"), frozenset({"items"})),
    "decline": frozenset({"reason"}),
    "refuse_to_take": frozenset({"ground", "reason"}),
    "review_refusal": frozenset({"stands", "finding"}),
    "lift_bar": frozenset({"matters", "reason"}),
    "assist": frozenset({"parts"}),
    "leave_record": frozenset({"what"}),
    "answer_record": frozenset({"text", "told"}),
    "refuse": frozenset({"matters", "reason"}),
    "send_back": frozenset({"matters", "reason"}),
    "substitute": frozenset({"officers"}),
    "end_substitution": frozenset({"officers"}),
    **dict.fromkeys(("tell_hearing", "ask_hearing", "waive_hearing", "hold_hearing"), frozenset({"matters"})),
    **dict.fromkeys(("merge", "confirm_merge", "take_back_merge", "refuse_merge"), frozenset({"matters"})),
    "schedule_hearing": frozenset({"matters", "on"}),
    "stop_clock": frozenset({"matters", "ground"}),
    "extend": frozenset({"matters", "reason"}),
    "extend_jointly": frozenset({"reason"}),
    "explain_delay": frozenset({"matters", "reason"}),
    "schedule_inspection": frozenset({"on", "officers"}),
    "move_inspection": frozenset({"reason"}),
    "waive_inspection": frozenset({"matters", "reason"}),
    "inspect": frozenset({"findings"}),
    "post_check": frozenset({"matters", "result"}),
    "change": frozenset({"fields"}),
    **dict.fromkeys(
        ("grant", "propose", "approve", "recall", "resume_clock", "renew", "suspend", "reinstate", "cancel"),
        frozenset({"matters"}),
    ),
    **dict.fromkeys(("withdraw_grant", "revoke", "revoke_as_penalty"), frozenset({"matters", "ground"})),
    "report_registration": frozenset({"matters", "how"}),
    "rate": frozenset({"level"}),
    "prolong_rating": frozenset({"reason"}),
    "answer_rating": frozenset({"outcome", "text"}),
    "revisit_rating": frozenset({"satisfied", "notes"}),
    "exclude_rating": frozenset({"reason"}),
    "hide_rating": frozenset({"ground", "reason"}),
}

TEXTS = (
    "reason",
    *("way", "ground", "competent", "notes"),
    *("delivery", "receiver", "carrier", "tracking_number", "deliverer"),
    "result",
    "findings",
    "approver",
    "since",
    "until",
    "text",
    "outcome",
    "promised_on",
    "body",
    "finding",
    "taken_by",
    *("who", "what", "consent_by", "how", "note"),
    *("helper", "asked_by", "phone", "told", "closed_at"),
    *("cause", "intended", "party", "place", "minutes", "signed_by", "industry", "signer", "scope"),
)
"""Keys whose value is a text."""
WAYS = ("electronic", "window", "post", "door")
"""How the licence can be wanted."""

DECISIONS = ("grant", "refuse", "suspend", "withdraw_grant", "revoke", "revoke_as_penalty")
"""What can be proposed: decisions, and acts against permits."""

YEARS = range(1990, 2200)
"""What `at` may name: a year far outside is a slip of the pen, and no calendar counts there."""


class Reader(yaml.SafeLoader):
    """Reads `on` as the word it is: YAML 1.1 takes it for "true", and papers and inspections have a key of that name."""


Reader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern if tag != "tag:yaml.org,2002:bool" else re.compile(r"^(?:yes|no|true|false)$", re.IGNORECASE))
        for tag, pattern in resolvers
        if not (tag == "tag:yaml.org,2002:bool" and first in "oO")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class UnusableScript(ValueError):
    """The file cannot be played; the message says what, where, and how to mend it."""


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One line of the script. `refused`: the law must refuse it."""

    at: datetime
    do: str
    by: str
    refused: bool
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """Who may act as `agent` for the enterprise: the name, the acts, the last day."""

    name: str
    scope: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class Script:
    """A whole rehearsal."""

    title: str
    industries: tuple[str, ...]
    answers: Mapping[str, Any]
    enterprise: Mapping[str, str]
    channel: str
    steps: tuple[ScriptStep, ...]
    agent: AgentFacts | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path) -> Script:
    """The script of a file."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=Reader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise UnusableScript(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UnusableScript(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UnusableScript(f"{path}: is not YAML ({str(error).splitlines()[0]})") from None
    except RecursionError:
        raise UnusableScript(f"{path}: is nested too deeply") from None
    try:
        return parse(document)
    except UnusableScript as error:
        raise UnusableScript(f"{path}: {error}") from None


def parse(document: Any) -> Script:
    """The script of a YAML document."""
    top = _mapping(document, "the file")
    _known_keys(
        top, {"title", "industries", "answers", "enterprise", "agent", "channel", "steps", "expect"}, "the file"
    )
    channel = top.get("channel", "online")
    if channel not in ("online", "window"):
        raise UnusableScript(f"channel: {channel!r} is unknown; write online or window")
    enterprise = _mapping(top.get("enterprise") or {}, "enterprise")
    _known_keys(enterprise, {"name", "uscc", "breach"}, "enterprise")
    if "name" in enterprise and not str(enterprise["name"] or "").strip():
        raise UnusableScript("enterprise.name: empty; write a name or leave the key out")
    if not isinstance(enterprise.get("breach", ""), str):
        raise UnusableScript("enterprise.breach: write what was not kept, as text")
    steps = tuple(_step(raw, place) for place, raw in enumerate(_list(top.get("steps"), "steps"), start=1))
    for place, (before, after) in enumerate(zip(steps, steps[1:], strict=False), start=2):
        if after.at < before.at:
            raise UnusableScript(f"steps[{place}].at: lies before the step above it; steps run in order")
    return Script(
        title=str(top.get("title", "")),
        industries=tuple(_texts(top.get("industries"), "industries")),
        answers=_mapping(top.get("answers") or {}, "answers"),
        enterprise=enterprise,
        channel=channel,
        steps=steps,
        agent=_agent(top.get("agent")),
        expect=_mapping(top.get("expect") or {}, "expect"),
    )


def _agent(raw: Any) -> AgentFacts | None:
    if raw is None:
        return None
    agent = _mapping(raw, "agent")
    _known_keys(agent, {"name", "scope", "until"}, "agent")
    scope = tuple(_texts(agent.get("scope"), "agent.scope"))
    try:
        until = date.fromisoformat(str(agent.get("until")))
    except ValueError:
        raise UnusableScript(f'agent.until: {agent.get("until")!r} is no day; write "2026-12-31"') from None
    return AgentFacts(str(agent.get("name") or "陈代办"), scope, until)


def _step(raw: Any, place: int) -> ScriptStep:
    where = f"steps[{place}]"
    step = _mapping(raw, where)
    verb = step.get("do")
    if not isinstance(verb, str) or verb not in VERBS:
        raise UnusableScript(f"{where}.do: {verb!r} is unknown: it cannot be played; write one of {', '.join(VERBS)}")
    _known_keys(step, {"at", "by", "do", "refused", *VERBS[verb]}, where)
    missing = NEEDED.get(verb, frozenset()) - set(step)
    if missing:
        raise UnusableScript(f"{where}: {verb} needs {', '.join(sorted(missing))}")
    if verb != "tick" and "by" not in step:
        raise UnusableScript(f"{where}.by: missing; write who acts, for example applicant")
    if not isinstance(step.get("by", ""), str):
        raise UnusableScript(f"{where}.by: write who acts as text, for example applicant")
    if not isinstance(step.get("refused", False), bool):
        raise UnusableScript(f"{where}.refused: write true or false")
    details = {key: step[key] for key in VERBS[verb] if key in step}
    _check_details(_check_findings(details, where) if verb == "inspect" else details, where)
    return ScriptStep(_moment(step.get("at"), where), verb, str(step.get("by", "")), bool(step.get("refused")), details)


def _check_details(details: Mapping[str, Any], where: str) -> None:
    for key in ("matters", "without", "ordinary", "departments", "officers", "parts", "leave_out"):
        if key in details:
            _texts(details[key], f"{where}.{key}")
    for key in TEXTS:
        if key in details and not isinstance(details[key], str):
            raise UnusableScript(f"{where}.{key}: write text")
    _check_numbers(details, where)
    _check_wish(details, where)
    _check_officers(details, where)
    if "fields" in details:
        _mapping(details["fields"], f"{where}.fields")
    if "items" in details:
        items = _mapping(details["items"], f"{where}.items")
        for id, text in items.items():
            if not isinstance(text, str):
                raise UnusableScript(f"{where}.items.{id}: write text")


FINDINGS = ("pass", "rectify", "fail")
"""What a visit finds on a matter."""


def _check_findings(details: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The findings of a visit by matter, with what was found wanting as texts; the other details."""
    findings = _mapping(details["findings"], f"{where}.findings")
    for matter, finding in findings.items():
        if finding not in FINDINGS:
            raise UnusableScript(
                f"{where}.findings.{matter}: {finding!r} is unknown; write one of {', '.join(FINDINGS)}"
            )
    if not findings:
        raise UnusableScript(f"{where}.findings: write what was found on each matter")
    items = details.get("items", [])
    for key, text in items.items() if isinstance(items, dict) else enumerate(_list(items or [""], f"{where}.items")):
        if not (isinstance(text, str) or (isinstance(text, list) and all(isinstance(one, str) for one in text))):
            raise UnusableScript(f"{where}.items.{key}: write text")
    return {key: value for key, value in details.items() if key not in ("findings", "items")}


def _check_officers(details: Mapping[str, Any], where: str) -> None:
    if details.get("decision", DECISIONS[0]) not in DECISIONS:
        raise UnusableScript(
            f"{where}.decision: {details['decision']!r} is unknown; write one of {', '.join(DECISIONS)}"
        )
    if not isinstance(details.get("head_power", False), bool):
        raise UnusableScript(f"{where}.head_power: write true or false")


def _check_numbers(details: Mapping[str, Any], where: str) -> None:
    for key in ("needed_days", "days"):
        if not isinstance(details.get(key, 0), int):
            raise UnusableScript(f"{where}.{key}: write a number of working days")
    if not isinstance(details.get("level", 0), int | str):
        raise UnusableScript(f"{where}.level: write a number from 1 to 5, or the level's name")


def _check_wish(details: Mapping[str, Any], where: str) -> None:
    if details.get("delivery", WAYS[0]) not in WAYS:
        raise UnusableScript(f"{where}.delivery: {details['delivery']!r} is unknown; write one of {', '.join(WAYS)}")
    for key in ("consent", "stands", "satisfied", "may_publish"):
        if not isinstance(details.get(key, False), bool):
            raise UnusableScript(f"{where}.{key}: write true or false")


def _moment(value: Any, where: str) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise UnusableScript(f'{where}.at: {value!r} is no moment; write "2026-02-11 10:00"') from None
    if moment.year not in YEARS:
        raise UnusableScript(f"{where}.at: {value!s} lies outside {YEARS.start} to {YEARS.stop - 1}")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnusableScript(f"{where}: write keys with values, not {type(value).__name__}")
    return {str(key): item for key, item in value.items()}


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise UnusableScript(f"{where}: write a list with at least one entry")
    return value


def _texts(value: Any, where: str) -> list[str]:
    items = _list(value, where)
    if not all(isinstance(item, str) for item in items):
        raise UnusableScript(f"{where}: write ids as text")
    return items


def _known_keys(mapping: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = set(mapping) - known
    if unknown:
        raise UnusableScript(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")
