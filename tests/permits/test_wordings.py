"""Keeping the official wording: the house's own, drafts, publishing, and what papers keep (R6.3)."""

from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command

from accounts.actors import SYSTEM, Actor
from audit.models import AuditEntry
from audit.violations import RuleViolation
from industries.models import CatalogueVersion
from industries.publishing import catalogue_of
from permits import rendering
from permits.handlers import install_wording
from permits.models import Document, Wording, WordingDraft
from permits.papers import publishing, samples, wordings
from permits.papers.forms import COMMON, FORMS, PLACEHOLDERS
from permits.papers.values import VALUES
from tests.people import Cast
from tests.workflows.conftest import MONDAY, Story, official_calendar, story  # noqa: F401 - fixtures

REFUSAL = FORMS["refusal_decision"]
K = Document.Kind


@pytest.fixture
def office(cast: Cast) -> Actor:
    return cast.actor(cast.service_office)


def draft(form: Any, office: Actor, **changed: str) -> WordingDraft:
    before = wordings.in_use(form.key)
    texts = before.texts | changed
    return publishing.save_draft(form, texts=texts, base=before.version, actor=office, at=MONDAY)


def published(form: Any, office: Actor, **changed: str) -> Wording:
    draft(form, office, **changed)
    return publishing.publish(form, reason="按法制部门意见修改", actor=office, at=MONDAY)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.key)
def test_r6_3_the_houses_wording_is_without_fault(db: None, form: Any) -> None:
    assert publishing.faults(form, wordings.of_the_house(form.key)) == []
    assert wordings.in_use(form.key).texts == wordings.of_the_house(form.key)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.key)
def test_a_sample_of_every_form_says_all_its_placeholders(
    catalogue: CatalogueVersion, cast: Cast, calendar: Any, form: Any
) -> None:
    page = samples.page(form, catalogue_of(catalogue), calendar)
    lines = "\n".join("{{" + name + "}}" for name in form.placeholders)
    words = rendering.words_of(page, Wording(title="{{经营者}}", body=lines))
    assert "{{" not in words["text"]
    assert words["title"] == "上海长宁示例便利店有限公司"


def test_every_placeholder_has_a_value_and_a_form() -> None:
    assert set(VALUES) == set(PLACEHOLDERS)
    assert {name for form in FORMS.values() for name in form.placeholders} == set(PLACEHOLDERS)
    assert all(set(COMMON) <= set(form.placeholders) for form in FORMS.values())


ADVERSE = [
    *("decline_decision", "refusal_decision", "refusal_decision-filing", "revocation_decision"),
    *("revocation_decision-filing", "cancellation_record", "cancellation_record-filing"),
]


@pytest.mark.parametrize("key", ADVERSE)
def test_r2_39_remedies_cannot_be_taken_from_an_adverse_decision(db: None, key: str) -> None:
    texts = {block: text.replace("{{救济途径}}", "") for block, text in wordings.of_the_house(key).items()}
    assert ["救济途径" in fault.message for fault in publishing.faults(FORMS[key], texts)] == [True]


def test_r2_39_a_supplement_notice_has_no_remedies_to_offer() -> None:
    assert "救济途径" not in FORMS["supplement_notice"].placeholders


class TestPublishing:
    def test_the_next_version_is_in_use_and_the_one_before_stays(self, office: Actor) -> None:
        made = published(REFUSAL, office, title="不予行政许可决定书（新）")
        assert made.version == 2
        assert wordings.in_use(REFUSAL.key) == made
        wordings.forget()
        assert wordings.ids()[REFUSAL.key] == made.pk
        assert Wording.objects.filter(form=REFUSAL.key).count() == 2
        assert not WordingDraft.objects.exists()
        entry = AuditEntry.objects.get(act="wording_published")
        assert (entry.facts["version"], entry.facts["reason"]) == (2, "按法制部门意见修改")

    def test_other_workers_read_it_once_the_transaction_stands(
        self, office: Actor, django_capture_on_commit_callbacks: Any
    ) -> None:
        before = wordings.ids()[REFUSAL.key]
        with django_capture_on_commit_callbacks(execute=True):
            made = published(REFUSAL, office, title="新标题")
        assert wordings.ids()[REFUSAL.key] == made.pk != before

    def test_what_is_published_cannot_be_changed(self, office: Actor) -> None:
        made = published(REFUSAL, office, title="新标题")
        made.title = "别的"
        for act in (made.save, made.delete, Wording.objects.all().delete, lambda: Wording.objects.update(title="x")):
            with pytest.raises(RuleViolation, match="不能修改"):
                act()

    @pytest.mark.parametrize(
        ("block", "put", "said"),
        [
            ("closing", "{{法官}}", "没有占位符 {{法官}}"),
            ("closing", "详见{{救济途径}}", "单独占一行"),
            ("closing", "{{经营者", "大括号不成对"),
            ("closing", "**重要", "星号不成对"),
            ("title", "  ", "请写标题"),
            ("title", "{{救济途径}}", "标题中不能放表格"),
            ("closing", "字" * 4001, "最多 4000 个字"),
            ("closing", "\ue000", "无法打印"),
            ("body", "没有理由", "缺少必须有的占位符 {{理由}}"),
        ],
    )
    def test_r6_3_a_faulty_wording_is_kept_as_a_draft_and_not_published(
        self, office: Actor, block: str, put: str, said: str
    ) -> None:
        draft(REFUSAL, office, **{block: put})
        with pytest.raises(RuleViolation):
            publishing.publish(REFUSAL, reason="试试", actor=office, at=MONDAY)
        kept = WordingDraft.objects.get()
        assert any(said in fault.message and fault.block == block for fault in publishing.faults(REFUSAL, kept.texts))

    def test_publishing_needs_a_reason_and_a_change(self, office: Actor) -> None:
        draft(REFUSAL, office)
        with pytest.raises(RuleViolation, match="相同"):
            publishing.publish(REFUSAL, reason="没有变化", actor=office, at=MONDAY)
        draft(REFUSAL, office, title="新")
        with pytest.raises(RuleViolation, match="理由"):
            publishing.publish(REFUSAL, reason=" ", actor=office, at=MONDAY)

    def test_a_draft_begun_from_an_older_version_is_not_published_over_the_newer(self, office: Actor) -> None:
        published(REFUSAL, office, title="新")
        publishing.save_draft(REFUSAL, texts=wordings.of_the_house(REFUSAL.key), base=1, actor=office, at=MONDAY)
        with pytest.raises(RuleViolation, match="第 2 版"):
            publishing.publish(REFUSAL, reason="晚了", actor=office, at=MONDAY)

    def test_an_older_version_comes_back_by_being_published_again(self, office: Actor) -> None:
        published(REFUSAL, office, title="新")
        publishing.take_up(REFUSAL, version=1, actor=office, at=MONDAY)
        again = publishing.publish(REFUSAL, reason="恢复原文", actor=office, at=MONDAY)
        assert (again.version, again.texts) == (3, wordings.of_the_house(REFUSAL.key))

    def test_only_the_service_office_and_the_administrator_keep_the_wording(self, cast: Cast, office: Actor) -> None:
        draft(REFUSAL, office, title="新")
        for user in (cast.shopkeeper, cast.clerk, cast.officer("dept_mrb")):
            for act in (
                lambda actor: publishing.publish(REFUSAL, reason="越权", actor=actor, at=MONDAY),
                lambda actor: publishing.drop_draft(REFUSAL, actor=actor),
                lambda actor: publishing.take_up(REFUSAL, version=1, actor=actor, at=MONDAY),
            ):
                with pytest.raises(RuleViolation, match="岗位"):
                    act(cast.actor(user))


class TestTheHousesOwn:
    def test_it_is_renewed_until_an_office_publishes_its_own(self, office: Actor, monkeypatch: Any) -> None:
        newer = {key: wordings.of_the_house(key) | {"title": "新版标题"} for key in FORMS}
        published(REFUSAL, office, title="本区标题")
        monkeypatch.setattr(wordings, "of_the_house", newer.__getitem__)
        assert len(wordings.install(at=MONDAY)) == len(FORMS) - 1
        assert wordings.install(at=MONDAY) == []
        assert wordings.in_use(REFUSAL.key).title == "本区标题"
        assert wordings.in_use("grant_decision").title == "新版标题"

    def test_going_back_behind_its_table_does_no_harm(self, db: None, monkeypatch: Any) -> None:
        monkeypatch.setattr(Wording._meta, "db_table", "not_yet_there")
        install_wording(using="default")

    @pytest.mark.django_db(transaction=True)
    def test_the_tables_bring_it_along(self) -> None:
        call_command("migrate", verbosity=0)
        assert set(wordings.ids()) == set(FORMS)


def text_of(made: bytes) -> str:
    with pypdfium2.PdfDocument(made) as pdf:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)


def test_a_paper_stays_with_the_wording_it_was_written_in(story: Story, office: Actor) -> None:  # noqa: F811
    receipt = rendering.documents().get(case=story.submitted())
    before = rendering.render(receipt)
    made = published(FORMS["filing_receipt"], office, closing="本凭证一式一份。")
    assert rendering.render(rendering.documents().get(pk=receipt.pk)) == before
    wordings.forget()
    later = rendering.documents().get(case=story.submitted())
    assert later.wording == made
    assert "本凭证一式一份" in text_of(rendering.render(later))
    assert "不是受理决定" in text_of(before)


def test_a_paper_from_before_wordings_were_kept_is_set_in_the_first(story: Story) -> None:  # noqa: F811
    receipt = rendering.documents().get(case=story.submitted())
    before = rendering.render(receipt)
    Document.objects.filter(pk=receipt.pk).update(wording=None)
    assert rendering.render(rendering.documents().get(pk=receipt.pk)) == before


def test_differences_show_what_came_and_what_went() -> None:
    before = {"title": "决定书", "opening": "甲乙丙", "body": "同", "closing": ""}
    after = before | {"opening": "甲丁丙", "closing": "新"}
    found = publishing.differences(before, after)
    assert {block: "".join(piece.sign + piece.text for piece in pieces) for block, pieces in found.items()} == {
        "opening": "=甲-乙+丁=丙",
        "closing": "+新",
    }


def test_the_system_keeps_no_wording(db: None) -> None:
    with pytest.raises(RuleViolation):
        publishing.drop_draft(replace(REFUSAL), actor=SYSTEM)
