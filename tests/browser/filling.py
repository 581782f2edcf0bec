"""Answering, filling in and uploading as a person does, whatever the catalogue asks."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import FilePayload, Locator

from permits import samples
from permits.files.sample_files import sample_pdf
from permits.models import Case
from tests.browser.stage import ANSWERS
from tests.browser.visitor import Visitor


def answer_questions(visitor: Visitor) -> int:
    """Page by page, only what is asked; the number of pages."""
    pages = 0
    while asked := visitor.page.locator("main input[name=ask]").evaluate_all("all => all.map(one => one.value)"):
        for id in asked:
            give(visitor.page.locator(f"main [name='{id}']"), ANSWERS.get(id))
        pages += 1
        visitor.press("继续")
    return pages


def give(controls: Locator, value: Any) -> None:
    """Puts a value into the control or the controls of one name; a question without a given answer gets the last one."""
    kind = controls.first.evaluate("one => one.type || one.tagName.toLowerCase()")
    if kind in ("radio", "checkbox"):
        _choose(controls, value)
    elif kind == "select-one":
        controls.first.select_option(str(value))
    else:
        controls.first.fill("0" if value is None else f"{value}")


def _choose(controls: Locator, value: Any) -> None:
    """Ticks by value; True and False are what the two kinds of forms call them."""
    offered: list[str] = controls.evaluate_all("all => all.map(one => one.value)")
    wanted = {True: {"yes", "True", "on"}, False: {"no", "False"}}.get(value) if isinstance(value, bool) else None
    if wanted is None:
        wanted = set(value) if isinstance(value, list | tuple) else {value}
    chosen = [place for place, offer in enumerate(offered) if offer in wanted] or [len(offered) - 1]
    for place in chosen:
        controls.nth(place).check()


def fill_section(visitor: Visitor, values: Mapping[str, Any], *, wrong: Mapping[str, str] | None = None) -> None:
    """Fills what is not prefilled on this page; `wrong` goes in instead of the right value."""
    page = visitor.page
    names = page.locator("main input[name^='shown-']").evaluate_all("all => all.map(one => one.name.slice(6))")
    for name in names:
        value = (wrong or {}).get(name, values.get(name))
        if value is None:
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, cell in enumerate(value[0].values()):
                page.locator(f"main [name='{name}-0-{place}']").fill(str(cell))
        elif name in (wrong or {}) or not is_filled(page.locator(f"main [name='{name}']")):
            give(page.locator(f"main [name='{name}']"), value)


def is_filled(controls: Locator) -> bool:
    """Whether the control holds something, or one of the controls is ticked."""
    script = "all => all.some(one => one.type === 'radio' || one.type === 'checkbox' ? one.checked : one.value !== '')"
    return bool(controls.evaluate_all(script))


def values_of(key: str) -> dict[str, Any]:
    """What goes into the form of the case with this key."""
    return samples.sample_values(Case.objects.get(key=key))


def sample_file(name: str, place: int = 0) -> FilePayload:
    """A PDF of this name, to be chosen in a box for files; each place has content of its own."""
    return {"name": name, "mimeType": "application/pdf", "buffer": sample_pdf(f"file-{place}", name).content}


def attach(visitor: Visitor, *names: str) -> None:
    """Chooses files of these names on an upload page and uploads them."""
    files = [sample_file(name, place) for place, name in enumerate(names)]
    visitor.page.locator("main input[type=file]").set_input_files(files)
    visitor.press("上传", within=visitor.page.locator("main form"))


def upload_everything(visitor: Visitor) -> int:
    """From the list of materials: one PDF for each that is still missing; the number of materials."""
    done = 0
    overview = visitor.page.url
    while visitor.page.locator("main .govuk-task-list__item", has_text="未上传").count():
        with visitor.page.expect_navigation():
            visitor.page.locator("main .govuk-task-list__item", has_text="未上传").first.get_by_role("link").click()
        attach(visitor, f"材料{done + 1}.pdf")
        visitor.open(overview)
        done += 1
    return done
