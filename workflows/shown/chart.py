"""The flow as a picture and as a list: the engine's own layout, our drawing, and where a case stands on it."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow import STATUS
from viewflow.workflow.base import Node
from viewflow.workflow.chart import calc_layout_data
from viewflow.workflow.models import Task

from permits.models import Case
from workflows.flows import CaseFlow
from workflows.nodes import CaseEnd, CaseStart, Gate, Sections

MARGIN = 20
LABELS = {
    ("intake", "declined"): gettext_lazy("不予受理"),
    ("intake", "supplement"): gettext_lazy("要求补正"),
    ("supplement", "intake"): gettext_lazy("已补正"),
    ("conclude", "issue"): gettext_lazy("准予两项以上"),
    ("conclude", "deliver"): gettext_lazy("准予一项"),
    ("conclude", "refused"): gettext_lazy("均未准予"),
}
ACTORS = {
    "start": gettext_lazy("申请人"),
    "intake": gettext_lazy("综合窗口"),
    "supplement": gettext_lazy("申请人"),
    "sections": gettext_lazy("各审批部门，同时进行"),
    "conclude": gettext_lazy("自动"),
    "issue": gettext_lazy("政务服务办公室，自动制证"),
    "deliver": gettext_lazy("政务服务办公室、综合窗口"),
}
LATIN_SIGNS, LINE_HEIGHT = 16, 18
"""How many Latin signs fit across a task's box, and how far two lines are apart."""

ROAD = ("start", "intake", "supplement", "sections", "conclude", "issue", "deliver")
"""The order of the list; the ends follow."""


@dataclass(frozen=True)
class Box:
    """A node where the picture has it. `state`: done, active, cancelled, or empty; `note` is a short second line."""

    name: str
    title: str
    kind: str
    x: int
    y: int
    width: int
    height: int
    state: str
    note: str = ""

    @property
    def middle(self) -> int:
        """The node's own middle, across."""
        return self.width // 2

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The title in lines that fit a task's box, each with its height in the box; Latin titles are the long ones."""
        parts = textwrap.wrap(self.title, LATIN_SIGNS) if self.title.isascii() else [self.title]
        first = (52 if self.note else 58) - LINE_HEIGHT // 2 * (len(parts) - 1)
        return [(first + LINE_HEIGHT * place, part) for place, part in enumerate(parts)]


@dataclass(frozen=True)
class Line:
    """An edge as the points of its way, with its word."""

    points: str
    label: str
    at: tuple[int, int] | None
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    """The whole picture and its size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]

    @property
    def road(self) -> list[tuple[Box, str]]:
        """The steps in their order, each with who acts: the picture in words."""
        by_name = {box.name: box for box in self.boxes}
        return [(by_name[name], str(ACTORS[name])) for name in ROAD]

    @property
    def ends(self) -> list[Box]:
        """How it can end."""
        return [box for box in self.boxes if box.kind == "end"]

    @property
    def standing(self) -> str:
        """Where it stands, in one sentence; empty without a case."""
        active = [box for box in self.boxes if box.state == "active"]
        if active:
            return _("现在在“%(title)s”。") % {"title": active[0].title}
        reached = [box for box in self.ends if box.state == "done"]
        if reached:
            return _("已经到达“%(title)s”。") % {"title": reached[0].title}
        return _("已经撤回，流程终止。") if any(box.state == "cancelled" for box in self.boxes) else ""


def chart_of(states: Mapping[str, str] | None = None, notes: Mapping[str, str] | None = None) -> Chart:
    """The picture of the flow; with states by node name, of a case."""
    grid = calc_layout_data(CaseFlow)
    boxes = tuple(_box(cell, states or {}, notes or {}) for cell in grid.cells)
    lines = tuple(_line(edge) for edge in grid.edges)
    return Chart(int(grid.width) + 2 * MARGIN, int(grid.height) + 2 * MARGIN, boxes, lines)


def chart_of_case(case: Case) -> Chart:
    """The picture with the case's way on it: two statements."""
    tasks = Task.objects.filter(process__caseprocess__case=case).order_by("pk").values_list("flow_task", "status")
    decided = [not row.is_undecided for row in case.matters.all()]
    note = _("%(done)d/%(total)d 项已决定") % {"done": sum(decided), "total": len(decided)}
    states = {task.name: _state(status) for task, status in tasks}
    return chart_of(states, {"sections": note} if "sections" in states else {})


def _state(status: str) -> str:
    if status == STATUS.DONE:
        return "done"
    return "cancelled" if status == STATUS.CANCELED else "active"


def _box(cell: Any, states: Mapping[str, str], notes: Mapping[str, str]) -> Box:
    shape, node = cell.shape, cell.node
    return Box(
        name=node.name,
        title=str(node.task_title),
        kind=_kind(node),
        x=int(shape.x) + MARGIN,
        y=int(shape.y) + MARGIN,
        width=int(shape.width),
        height=int(shape.height),
        state=states.get(node.name, ""),
        note=notes.get(node.name, ""),
    )


def _kind(node: Node) -> str:
    kinds = {CaseStart: "start", CaseEnd: "end", Gate: "gate", Sections: "sections"}
    return kinds.get(type(node), "step")


def _line(edge: Any) -> Line:
    points = [(int(x) + MARGIN, int(y) + MARGIN) for x, y in edge.segments]
    label = str(LABELS.get((edge.src.name, edge.dst.name), ""))
    way = " ".join(f"{x},{y}" for x, y in points)
    if not label:
        return Line(way, "", None)
    x, y = _label_place(points)
    # On the other side of the step another line goes down.
    left = (edge.src.name, edge.dst.name) == ("intake", "supplement")
    return Line(way, label, (x - 16, y) if left else (x, y), "end" if left else "start")


def _label_place(points: list[tuple[int, int]]) -> tuple[int, int]:
    """Beside the beginning of the way, where nothing else stands."""
    (x1, y1), (_x2, y2) = points[0], points[1]
    if y2 > y1:
        return x1 + 8, y1 + 22
    return (x1 + 8, y1 - 14) if y2 < y1 else (x1 + 20, y1 - 8)
