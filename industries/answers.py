"""Answers before anything is worked out of them: checked against the catalogue, implied ones put in, reasons put in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from industries.checks import is_number
from industries.conditions import ALWAYS, Condition, Leaf, explain
from industries.entities import Catalogue, Industry, Question
from industries.faults import shown


class AnswerError(ValueError):
    """An answer or a choice that the catalogue does not know. The message names the question and what is allowed.

    `question` is the question's id; empty where an industry is wrong.
    """

    def __init__(self, message: str, question: str = "") -> None:
        super().__init__(message)
        self.question = question


@dataclass(frozen=True, slots=True)
class Because:
    """One answer that decided something. `answer` is None where the question is unanswered."""

    question: str
    text: str
    answer: Any
    words: str

    def as_json(self) -> dict[str, Any]:
        return {"question": self.question, "text": self.text, "answer": self.answer, "words": self.words}


def chosen(catalogue: Catalogue, ids: Iterable[str]) -> tuple[Industry, ...]:
    """The industries, each once, in the catalogue's order, so that the order of choosing never matters."""
    wanted = set(ids)
    if unknown := sorted(wanted - catalogue.industries.keys()):
        raise AnswerError(f"没有这个行业：{unknown[0]}；可选：{'、'.join(catalogue.industries)}")
    if not wanted:
        raise AnswerError(f"至少选择一个行业；可选：{'、'.join(catalogue.industries)}")
    return tuple(industry for id, industry in catalogue.industries.items() if id in wanted)


def checked(catalogue: Catalogue, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, each known, of its question's type and within its range; null stands for "not answered".

    Raises AnswerError naming the question and the allowed values.
    """
    if not isinstance(answers, Mapping):
        raise AnswerError("回答应为一个 JSON 对象：问题标识 → 值")
    good: dict[str, Any] = {}
    for id, value in answers.items():
        question = catalogue.questions.get(id)
        if question is None:
            raise AnswerError(f"没有这个问题：{shown(id)}", str(id))
        if value is not None:
            good[id] = _checked(question, value)
    return good


def _checked(question: Question, value: Any) -> Any:
    wrong = f"{question.id}（{question.text}）的回答 {shown(value)} 不可用："
    if question.type == "bool" and not isinstance(value, bool):
        raise AnswerError(f"{wrong}应为 true 或 false", question.id)
    if question.type == "number" and not (is_number(value) and question.minimum <= value <= question.maximum):
        raise AnswerError(f"{wrong}应为 {question.minimum:,} 至 {question.maximum:,} 的数字", question.id)
    if question.type == "choice" and value not in question.options:
        raise AnswerError(f"{wrong}应为 {'、'.join(question.options)} 之一", question.id)
    if question.type != "multi":
        return value
    if not isinstance(value, list | tuple) or any(part not in question.options for part in value):
        raise AnswerError(f"{wrong}应为列表，其中每项为 {'、'.join(question.options)} 之一", question.id)
    return tuple(option for option in question.options if option in value)


def implied(industries: Iterable[Industry]) -> dict[str, Any]:
    """What the choice of industries already answers. Where two of them disagree the question stays open and is asked."""
    found: dict[str, Any] = {}
    disputed: set[str] = set()
    for industry in industries:
        for id, value in industry.answers_implied.items():
            if found.setdefault(id, value) != value:
                disputed.add(id)
    return {id: value for id, value in found.items() if id not in disputed}


def because(catalogue: Catalogue, condition: Condition, answers: Mapping[str, Any]) -> tuple[Because, ...]:
    """The answers that decided the condition, each question once, in words."""
    if condition is ALWAYS:
        return ()
    said: dict[str, Because] = {}
    for leaf in explain(condition, answers):
        question = catalogue.questions.get(leaf.question)
        if question is not None and leaf.question not in said:
            answer = answers.get(leaf.question)
            words = f"{question.text} {answer_words(question, answer)}{_limit_words(question, leaf)}"
            said[leaf.question] = Because(leaf.question, question.text, answer, words)
    return tuple(said.values())


def answer_words(question: Question, answer: Any) -> str:
    """An answer as a person reads it."""
    if answer is None:
        return "未回答"
    if isinstance(answer, bool):
        return "是" if answer else "否"
    if isinstance(answer, list | tuple):
        return "、".join(answer) or "无"
    return f"{answer:,}{question.unit}" if question.type == "number" else str(answer)


SIGNS = {"gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}


def _limit_words(question: Question, leaf: Leaf) -> str:
    return f"（界限：{SIGNS[leaf.op]}{leaf.value:,}{question.unit}）" if leaf.op in SIGNS else ""
