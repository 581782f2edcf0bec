"""The picture of the flow, and where a case stands on it."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.flows import CaseFlow
from workflows.shown.chart import chart_of, chart_of_case

TUESDAY = MONDAY + timedelta(days=1)


def states(story: Story, case: object) -> dict[str, str]:
    return {box.name: box.state for box in chart_of_case(case).boxes if box.state}  # type: ignore[arg-type]


def test_every_node_is_drawn_and_none_twice() -> None:
    names = [box.name for box in chart_of().boxes]
    assert sorted(names) == sorted(node.name for node in CaseFlow.instance.nodes())


def test_nothing_is_drawn_over_another_or_outside() -> None:
    chart = chart_of()
    for box in chart.boxes:
        assert box.x >= 0
        assert box.x + box.width <= chart.width
        assert box.y >= 0
        assert box.y + box.height <= chart.height
        for other in chart.boxes:
            apart = (
                box is other
                or box.x + box.width <= other.x
                or other.x + other.width <= box.x
                or box.y + box.height <= other.y
                or other.y + other.height <= box.y
            )
            assert apart, (box.name, other.name)


@pytest.mark.django_db
def test_the_picture_is_sound_xml_without_styles_or_scripts(client: Client) -> None:
    answer = client.get(reverse("workflows:chart_picture"))
    assert answer["Content-Type"].startswith("image/svg+xml")
    root = ET.fromstring(answer.content)
    assert root.tag.endswith("svg")
    assert b"style" not in answer.content
    assert b"<script" not in answer.content


@pytest.mark.django_db
def test_everybody_may_see_the_flow_and_read_it_as_a_list(client: Client) -> None:
    page = client.get(reverse("workflows:chart")).content.decode()
    assert "收件审查" in page
    assert "各审批部门" in page


def test_the_case_shows_what_is_done_and_what_is_active(story: Story) -> None:
    case = story.accepted()
    assert states(story, case) == {"start": "done", "intake": "done", "sections": "active"}
    assert chart_of_case(case).standing == "现在在“各部门并联审批”。"
    steps.grant(case, matters=["m_food_license"], actor=story.officer("dept_mrb"), at=TUESDAY)
    case = type(case).objects.get(pk=case.pk)
    assert next(box.note for box in chart_of_case(case).boxes if box.name == "sections") == "1/3 项已决定"


def test_a_withdrawn_case_shows_where_it_stopped(story: Story) -> None:
    case = story.accepted()
    steps.withdraw(case, actor=story.applicant, at=TUESDAY)
    assert states(story, case)["sections"] == "cancelled"
    assert chart_of_case(case).standing == "已经撤回，流程终止。"


def test_an_ended_case_shows_its_end(story: Story) -> None:
    case = story.submitted()
    steps.decline(case, reason="不属于本区", actor=story.window, at=TUESDAY)
    assert chart_of_case(case).standing == "已经到达“不予受理”。"
