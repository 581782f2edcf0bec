"""Each control of Django in the markup of the page components: label, hint, error and attributes belong together."""

import re
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from tests.components.forms import GROUPED, EveryControl, failing, filled
from tests.components.rendering import render

ONE = '<c-field :field="field" {} />'


def field(bound: forms.BoundField, attributes: str = "") -> html.HtmlElement:
    """The rendered field."""
    return html.fragment_fromstring(render(ONE.format(attributes), {"field": bound}), create_parent="div")


NAMES = [name for name in EveryControl().fields if name != "secret"]


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_label_that_points_to_it(name: str) -> None:
    tree = field(failing()[name])
    controls = tree.xpath("//input|//select|//textarea")
    assert controls
    for control in controls:
        assert len(tree.xpath(f"//label[@for='{control.get('id')}']")) == 1


@pytest.mark.parametrize("name", NAMES)
def test_what_describes_a_control_is_on_the_page(name: str) -> None:
    tree = field(failing()[name])
    pointing = tree.xpath("//*[@aria-describedby]")
    assert pointing
    for element in pointing:
        for target in element.get("aria-describedby").split():
            assert tree.xpath(f"//*[@id='{target}']"), target
    assert tree.xpath("//*[contains(@class, 'govuk-error-message')]")


@pytest.mark.parametrize("name", NAMES)
def test_no_attribute_is_given_twice(name: str) -> None:
    for tag in re.findall(r"<[a-z][^>]*>", render(ONE.format(""), {"field": failing()[name]})):
        names = re.findall(r"\s([a-z][\w:.-]*)(?==)", re.sub(r'"[^"]*"', '""', tag))
        assert len(names) == len(set(names)), tag


def test_hidden_controls_show_nothing_but_themselves() -> None:
    tree = field(failing()["secret"])
    assert [child.get("type") for child in tree] == ["hidden"]


def test_a_number_is_text_with_a_numeric_keyboard_and_its_unit() -> None:
    tree = field(failing()["area"])
    assert tree.xpath("//input/@type") == ["text"]
    assert tree.xpath("//input/@inputmode") == ["decimal"]
    assert tree.xpath("//*[contains(@class, 'suffix')]/text()") == ["平方米"]
    assert "govuk-input--width-5" in tree.xpath("//input/@class")[0]


def test_what_the_page_says_overrides_the_widget() -> None:
    tree = field(failing()["uscc"], 'label="代码" hint="十八位" autocomplete="on" prefix="证" width="30"')
    assert tree.xpath("//input/@autocomplete") == ["on"]
    assert "govuk-input--width-30" in tree.xpath("//input/@class")[0]
    assert tree.xpath("string(//label)").strip() == "代码"
    assert tree.xpath("string(//div[@class='govuk-hint'])") == "十八位"


def test_a_heading_label_is_the_page_title() -> None:
    for name in ("name", "kind"):
        tree = field(failing()[name], 'heading="true" label_size="l"')
        assert len(tree.xpath("//h1")) == 1


def test_values_are_kept_and_escaped() -> None:
    source = render(ONE.format(""), {"field": filled()["name"]})
    assert "<b>" not in source
    assert html.fromstring(source).xpath("//input/@value") == ['<b>"甲" & 乙</b>']
    assert field(filled()["opinion"]).xpath("string(//textarea)").strip() == "第一行\n第二行"


def test_choices_keep_what_was_chosen() -> None:
    assert field(filled()["kind"]).xpath("//input[@checked]/@value") == ["change"]
    tree = field(filled()["industry"])
    assert tree.xpath("//option[@selected]/@value") == ["pharmacy"]
    assert tree.xpath("//optgroup/@label") == ["零售", "餐饮"]
    assert len(tree.xpath("//option")) == 4


def test_sent_values_come_back_as_sent() -> None:
    sent: dict[str, Any] = {
        "plain-name": "１２",
        "plain-area": "八十",
        "plain-industry": "cafe",
        "plain-kind": "nonsense",
    }
    form = type(filled())(sent, prefix="plain")
    assert field(form["area"]).xpath("//input/@value") == ["八十"]
    assert field(form["industry"]).xpath("//option[@selected]/@value") == ["cafe"]
    assert field(form["kind"]).xpath("//input[@checked]") == []


def test_several_choices_in_one_list() -> None:
    class Several(forms.Form):
        industries = forms.MultipleChoiceField(label="行业", choices=GROUPED[1][1], initial=["pharmacy"])

    tree = field(Several()["industries"])
    assert tree.xpath("//select/@multiple")
    assert tree.xpath("//option[@selected]/@value") == ["pharmacy"]


def test_a_stored_file_is_named_and_can_be_removed() -> None:
    class Stored(forms.Form):
        plan = forms.FileField(label="平面图", required=False)

    stored = SimpleUploadedFile("平面图.pdf", b"x")
    stored.url = "/files/1/"  # type: ignore[attr-defined]
    tree = field(Stored(initial={"plan": stored})["plan"])
    assert tree.xpath("//a/@href") == ["/files/1/"]
    assert tree.xpath("//input[@type='checkbox']/@name") == ["plan-clear"]


def test_optional_fields_say_so_unless_told_not_to() -> None:
    assert "选填" in render(ONE.format(""), {"field": filled()["name"]})
    assert "选填" not in render(ONE.format('optional="false"'), {"field": filled()["name"]})
    assert "选填" not in render(ONE.format(""), {"field": failing()["name"]})


def test_a_prefilled_value_names_its_source() -> None:
    tree = field(filled()["name"], 'source="营业执照登记信息"')
    assert tree.xpath("//input/@aria-describedby")[0].split() == ["id_plain-name_source"]
    assert "营业执照登记信息" in tree.xpath("string(//*[@id='id_plain-name_source'])")


def test_the_browser_is_not_asked_to_check() -> None:
    """Errors are said by the server, in the page, with the way to mend them."""
    tree = html.fromstring(render("<c-form><c-field :field='field' /></c-form>", {"field": failing()["name"]}))
    assert tree.get("novalidate") is not None
    assert tree.xpath("//input[@required]") == []
    assert tree.xpath("//input[@name='csrfmiddlewaretoken']")
