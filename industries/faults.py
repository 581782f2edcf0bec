"""What is wrong with a catalogue document, and where. Every fault is collected, so that an author mends them in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class CatalogueError:
    """One fault; `path` names the place in the file, e.g. `matters[3].applies_when.all[1].q`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidCatalogue(ValueError):
    """The document is not a catalogue; `errors` holds every fault found."""

    def __init__(self, errors: tuple[CatalogueError, ...]) -> None:
        self.errors = errors
        super().__init__("; ".join(str(error) for error in errors))


def shown(value: Any) -> str:
    """A value as an error message quotes it, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


@dataclass(frozen=True, slots=True)
class Node:
    """One mapping of the document, its path, and the list all faults go to. A getter notes a fault and returns a harmless value."""

    data: Mapping[str, Any]
    path: str
    faults: list[CatalogueError] = field(repr=False)

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, message: str) -> None:
        self.faults.append(CatalogueError(self.at(key), message))

    def get(self, key: str, kind: type | tuple[type, ...], words: str, default: Any, *, optional: bool = False) -> Any:
        """The value under the key if it is of the kind; a missing key (or null, unless optional) is a fault."""
        if key not in self.data:
            if not optional:
                self.fault(key, f"缺少必填项，应为{words}")
            return default
        value = self.data[key]
        if value is None and optional:
            return default
        wanted = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kind) or (isinstance(value, bool) and bool not in wanted):
            self.fault(key, f"应为{words}，现为 {shown(value)}")
            return default
        return value

    def text(self, key: str, *, optional: bool = False) -> str:
        value: str = self.get(key, str, "文字", "", optional=optional)
        if not optional and self.data.get(key) == "":
            self.fault(key, "不能为空")
        return value

    def flag(self, key: str, *, optional: bool = False) -> bool:
        """True or false; false where it is optional and left out."""
        value: bool = self.get(key, bool, "true 或 false", False, optional=optional)
        return value

    def whole(self, key: str, lowest: int, *, optional: bool = False) -> int | None:
        """A whole number of at least `lowest`; None where it is optional and left out."""
        value: int | None = self.get(
            key, int, f"不小于 {lowest} 的整数", None if optional else lowest, optional=optional
        )
        if value is not None and value < lowest:
            self.fault(key, f"应为不小于 {lowest} 的整数，现为 {value}")
            return lowest
        return value

    def days(self, key: str) -> int:
        return self.whole(key, 0) or 0

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.data.get(key)
        if value not in allowed:
            self.fault(key, f"应为 {'、'.join(allowed)} 之一，现为 {shown(value)}")
            return allowed[0]
        return str(value)

    def one_of_or(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """One of these, or the default where the key is left out."""
        return self.one_of(key, allowed) if self.data.get(key) is not None else default

    def some_of(self, key: str, allowed: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of some of these, or the default where the key is left out."""
        if self.data.get(key) is None:
            return default
        found = self.texts(key)
        for place, value in enumerate(found):
            if value not in allowed:
                self.fault(f"{key}[{place}]", f"应为 {'、'.join(allowed)} 之一，现为 {shown(value)}")
        return found

    def day(self, key: str) -> date | None:
        value = self.data.get(key)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fault(key, f"应为 YYYY-MM-DD 形式的日期，现为 {shown(value)}")
            return None

    def texts(self, key: str, *, optional: bool = False, unique: bool = True) -> tuple[str, ...]:
        """A list of texts, each once."""
        values: list[Any] = self.get(key, list, "列表", [], optional=optional)
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self.fault(f"{key}[{place}]", f"应为文字，现为 {shown(value)}")
            elif unique and value in values[:place]:
                self.fault(f"{key}[{place}]", f"重复：{value}")
        return tuple(value for value in values if isinstance(value, str))

    def child(self, key: str) -> "Node":
        return Node(self.get(key, dict, "映射", {}), self.at(key), self.faults)

    def children(self, key: str, *, optional: bool = False) -> list["Node"]:
        """The mappings of a list, each with its own path; anything else in the list is a fault."""
        found = []
        for place, value in enumerate(self.get(key, list, "列表", [], optional=optional)):
            if isinstance(value, dict):
                found.append(Node(value, f"{self.at(key)}[{place}]", self.faults))
            else:
                self.fault(f"{key}[{place}]", f"应为映射，现为 {shown(value)}")
        return found
