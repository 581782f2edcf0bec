"""The filing pages, as a browser without JavaScript sees them: the applicant's, the window's, and nobody else's."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Enterprise, RegisterEntry, User
from industries.models import Notice
from permits import materials, samples
from permits.merged_form.entries import digest
from permits.merged_form.form import merged_form, missing_fields
from permits.models import Case
from tests.people import USCC, Cast
from tests.permits import nasty
from tests.permits.conftest import BATH, MONDAY, STORE, issued
from tests.permits.test_materials import first, hand_in

SignIn = Callable[[User], Client]


def pages(case: Case) -> list[str]:
    key = case.key
    return [
        reverse("permits:draft", args=[key]),
        reverse("permits:form_section", args=[key, "premises"]),
        reverse("permits:form_section", args=[key, "personnel"]),
        reverse("permits:materials", args=[key]),
        reverse("permits:material", args=[key, first(case)]),
        reverse("permits:check", args=[key]),
    ]


def typed(case: Case, group: str, **values: object) -> dict[str, object]:
    """What a browser posts of a section: the marks of what was shown, and these values."""
    section = merged_form(case).group(group)
    return {f"shown-{line.id}": digest(line.value) for line in section.lines if line.id in values} | values


def section_url(case: Case, group: str) -> str:
    return reverse("permits:form_section", args=[case.key, group])


def test_every_page_stands(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    hand_in(draft, cast)
    for user in (cast.shopkeeper, cast.clerk):
        browser = sign_in(user)
        for page in pages(draft):
            answer = browser.get(page)
            assert answer.status_code == 200, page
            assert draft.enterprise.name in answer.text or "materials" in page
            assert "style=" not in answer.text


def test_every_section_of_the_form_stands(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.shopkeeper)
    for group in merged_form(draft).groups:
        answer = browser.get(section_url(draft, group.id))
        assert answer.status_code == 200
        for line in group.lines:
            assert line.field.label in answer.text


@pytest.mark.each_database
def test_a_stranger_finds_nothing(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    file = hand_in(draft, cast)
    private = [*pages(draft), reverse("permits:file", args=[file.pk]), reverse("permits:file_page", args=[file.pk, 1])]
    posts = [
        section_url(draft, "premises"),
        reverse("permits:material", args=[draft.key, first(draft)]),
        reverse("permits:material_change", args=[draft.key, first(draft), file.pk]),
        reverse("permits:answers", args=[draft.key]),
    ]
    for user in (cast.stranger, cast.officer("dept_mrb"), cast.service_office, cast.administrator):
        browser = sign_in(user)
        assert {browser.get(page).status_code for page in private} == {404}
        assert {browser.post(page, {"remove": "1", "f_area": "1"}).status_code for page in posts} == {404}
    assert {Client().get(page).status_code for page in private} == {302}
    assert draft.materials.get().removed_at is None


def test_a_section_is_saved_and_leads_on(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.shopkeeper)
    values = {
        id: value for id, value in samples.sample_values(draft).items()
        if id in {line.id for line in merged_form(draft).group("tobacco").lines}
    }  # fmt: skip
    answer = browser.post(section_url(draft, "tobacco"), typed(draft, "tobacco", **values))
    assert answer.status_code == 302
    assert "/form/" in answer["Location"]
    assert merged_form(draft).group("tobacco").status == "done"


def test_wrong_answers_are_kept_shown_and_summed_up(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.shopkeeper).post(section_url(draft, "premises"), typed(draft, "premises", f_area="很大"))
    assert answer.status_code == 422
    assert 'href="#id_f_area"' in answer.text
    assert 'id="id_f_area_error"' in answer.text
    assert 'value="很大"' in answer.text
    assert draft.entries.get(field="f_area").value == "很大"


def test_later_is_as_good_as_now(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.shopkeeper)
    answer = browser.post(
        section_url(draft, "premises"), typed(draft, "premises", f_area="很大") | {"later": "1"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("permits:draft", args=[draft.key])
    assert "已保存" in answer.text
    assert 'value="很大"' in browser.get(section_url(draft, "premises")).text


def test_rows_are_added_without_losing_what_was_typed(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    table = "f_food_manager"
    row = {f"{table}-rows": "1", f"{table}-0-0": "王小店", f"{table}-0-1": "12"}
    data = {f"shown-{table}": digest(None), "add": table} | row
    answer = sign_in(cast.shopkeeper).post(section_url(draft, "personnel"), data, follow=True)
    assert answer.status_code == 200
    assert 'value="王小店"' in answer.text
    assert int(re.search(rf'name="{table}-rows" value="(\d+)"', answer.text)[1]) > 5


def test_a_table_is_pasted_and_a_row_is_removed(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    table, browser = "f_food_manager", sign_in(cast.shopkeeper)
    browser.post(
        section_url(draft, "personnel"),
        {
            f"shown-{table}": digest(None),
            f"{table}-rows": "0",
            f"{table}-paste": "王小店\tH12345678\t专职\t1\n李店员\tM12345678\t兼职\t2",
        },
    )
    rows = draft.entries.get(field=table).value
    assert [row["姓名"] for row in rows] == ["王小店", "李店员"]
    cells = {f"{table}-{n}-{m}": cell for n, row in enumerate(rows) for m, cell in enumerate(row.values())}
    data = {f"shown-{table}": digest(rows), f"{table}-rows": "2", f"{table}-0-remove": "1"} | cells
    browser.post(section_url(draft, "personnel"), data)
    assert [row["姓名"] for row in draft.entries.get(field=table).value] == ["李店员"]


def test_two_tabs_do_not_undo_each_other(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.shopkeeper)
    one = typed(draft, "premises", f_storage_area="80", f_use_area="")
    two = typed(draft, "premises", f_storage_area="", f_use_area="70")
    browser.post(section_url(draft, "premises"), one | {"later": "1"})
    browser.post(section_url(draft, "premises"), two | {"later": "1"})
    assert draft.entries.get(field="f_storage_area").value == 80
    assert draft.entries.get(field="f_use_area").value == 70


def test_a_disputed_prefill_reaches_the_record(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.shopkeeper)
    assert "市场主体登记库" in browser.get(section_url(draft, "applicant")).text
    data = typed(draft, "applicant", f_domicile="上海市长宁区示例路2号") | {
        "contest-f_domicile": "上月已变更",
        "later": "1",
    }
    browser.post(section_url(draft, "applicant"), data)
    assert draft.entries.get(field="f_domicile").contested == "上月已变更"
    assert "上月已变更" in browser.get(reverse("permits:check", args=[draft.key])).text


def test_a_change_from_the_check_page_comes_straight_back(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    samples.fill(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    data = typed(draft, "premises", f_area="90") | {"from": "check"}
    answer = sign_in(cast.shopkeeper).post(section_url(draft, "premises"), data)
    assert answer["Location"] == reverse("permits:check", args=[draft.key])


def test_the_check_page_offers_to_submit_only_what_is_complete(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser, check = sign_in(cast.shopkeeper), reverse("permits:check", args=[draft.key])
    submit = reverse("workflows:submit", args=[draft.key])
    assert submit not in browser.get(check).text
    samples.fill(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert missing_fields(draft) == []
    answer = browser.get(check)
    assert submit in answer.text
    assert reverse("permits:file_page", args=[draft.materials.first().pk, 1]) in answer.text


def test_the_check_page_shows_what_each_department_reads(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    check = reverse("permits:check", args=[draft.key])
    answer = sign_in(cast.shopkeeper).get(check, {"department": "dept_tobacco"})
    assert "申请经营品种" in answer.text
    assert "食品经营项目" not in answer.text


def upload(case: Case, browser: Client, *files: SimpleUploadedFile, material: str = ""):
    return browser.post(reverse("permits:material", args=[case.key, material or first(case)]), {"file": list(files)})


def test_files_are_uploaded_several_at_once(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    files = [SimpleUploadedFile("一.pdf", nasty.pdf()), SimpleUploadedFile("二.jpg", nasty.jpeg())]
    answer = upload(draft, sign_in(cast.shopkeeper), *files)
    assert answer.status_code == 302
    assert [file.name for file in materials.live(draft)] == ["一.pdf", "二.jpg"]


def test_a_refused_file_is_named_and_the_others_stay(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    files = [SimpleUploadedFile("好.pdf", nasty.pdf()), SimpleUploadedFile("坏.pdf", b"MZ\x90\0")]
    answer = upload(draft, sign_in(cast.shopkeeper), *files)
    assert answer.status_code == 422
    assert "坏.pdf" in answer.text
    assert "好.pdf" in answer.text
    assert materials.live(draft).count() == 1


def test_no_file_and_an_empty_file_say_so(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.shopkeeper)
    assert upload(draft, browser).status_code == 422
    assert upload(draft, browser, SimpleUploadedFile("空.pdf", b"")).status_code == 422


@pytest.mark.each_database
def test_a_file_is_moved_and_removed_by_buttons(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    one, two = hand_in(draft, cast, nasty.pdf()), hand_in(draft, cast, nasty.jpeg())
    browser = sign_in(cast.shopkeeper)

    def press(pk: int, **data: str) -> int:
        return browser.post(reverse("permits:material_change", args=[draft.key, first(draft), pk]), data).status_code

    assert press(two.pk, move="up") == 302
    assert [file.pk for file in materials.live(draft)] == [two.pk, one.pk]
    assert press(one.pk, remove="1") == 302
    assert press(one.pk, remove="1") == 409


def test_a_file_is_served_so_that_it_cannot_act(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    file = hand_in(draft, cast)
    browser = sign_in(cast.shopkeeper)
    answer = browser.get(reverse("permits:file", args=[file.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{file.material}-{file.pk}.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "no-store" in answer["Cache-Control"]
    kept = browser.get(reverse("permits:file", args=[file.pk]), {"download": "1"})
    assert kept["Content-Disposition"].startswith("attachment")
    picture = browser.get(reverse("permits:file_page", args=[file.pk, 1]))
    assert picture["Content-Type"] == "image/jpeg"
    assert "sandbox" in picture["Content-Security-Policy"]
    assert browser.get(reverse("permits:file_page", args=[file.pk, 9])).status_code == 404


def test_r6_22_an_officer_opens_only_what_their_matters_require(draft: Case, cast: Cast, sign_in: SignIn) -> None:
    from permits import filing

    samples.fill(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    filing.submit(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    Case.objects.filter(pk=draft.pk).update(accepted_on=MONDAY.date(), promised_by=MONDAY.date())
    browser = sign_in(cast.officer("dept_tobacco"))
    for line in materials.material_list(draft):
        wanted = any(matter.department == "dept_tobacco" for matter in line.asked.required_by)
        for file in line.files:
            assert browser.get(reverse("permits:file", args=[file.pk])).status_code == (200 if wanted else 404)


def test_the_letter_is_read_and_signed(promising: Case, cast: Cast, sign_in: SignIn) -> None:
    browser, page = sign_in(cast.shopkeeper), reverse("permits:commitment", args=[promising.key])
    assert "自愿" in browser.get(page).text
    refused = browser.post(page, {"name": "路人", "agreed": "on"})
    assert (refused.status_code, "王小店" in refused.text) == (422, True)
    assert browser.post(page, {"name": "王小店"}).status_code == 422
    assert browser.post(page, {"name": "王小店", "agreed": "on"}).status_code == 302
    assert "已签署" in browser.get(page).text
    assert sign_in(cast.stranger).get(page).status_code == 404


def test_the_hub_costs_the_same_however_much_is_filed(
    draft: Case, cast: Cast, sign_in: SignIn, django_assert_max_num_queries
) -> None:
    browser, hub = sign_in(cast.shopkeeper), reverse("permits:draft", args=[draft.key])
    samples.fill(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    browser.get(hub)
    with django_assert_max_num_queries(7):  # session, person, case, entries, materials, newest catalogue version
        assert browser.get(hub).status_code == 200


START_FACTS = {
    "act": "describe",
    "name": "上海示例面馆",
    "domicile": "上海市长宁区示例路3号",
    "legal_representative": "赵面馆",
}


def start(notice: Notice) -> str:
    return reverse("permits:start", args=[notice.code])


def test_the_way_from_the_notice_to_a_prefilled_draft(notice: Notice, cast: Cast, sign_in: SignIn) -> None:
    from tests.permits.conftest import registered

    registered(cast)
    browser = sign_in(cast.shopkeeper)
    assert "上海长宁示例便利店有限公司" in browser.get(start(notice)).text
    answer = browser.post(start(notice), {"act": "choose", "enterprise": USCC})
    case = Case.objects.get()
    assert answer["Location"] == reverse("permits:draft", args=[case.key])
    assert (case.notice, case.channel, case.applicant) == (notice, "online", cast.shopkeeper)
    assert case.entries.filter(source="register").exists()
    browser.post(start(notice), {"act": "choose", "enterprise": USCC})
    assert Case.objects.count() == 1


def test_one_cannot_start_for_somebody_elses_enterprise(
    notice: Notice, draft: Case, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast.stranger)
    assert browser.post(start(notice), {"act": "choose", "enterprise": USCC}).status_code == 404
    answer = browser.post(start(notice), START_FACTS | {"uscc": USCC})
    assert (answer.status_code, "认领" in answer.text) == (422, True)
    assert browser.post(start(notice), {"act": "move", "case": draft.key}).status_code == 404


def test_an_enterprise_that_no_register_knows_is_typed_in(notice: Notice, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.stranger)
    wrong = browser.post(start(notice), START_FACTS | {"uscc": "123"})
    assert (wrong.status_code, "18" in wrong.text) == (422, True)
    assert browser.post(start(notice), START_FACTS | {"uscc": "91310105MA1FW0008T"}).status_code == 302
    assert Enterprise.objects.get(uscc="91310105MA1FW0008T").source == ""
    assert Case.objects.get().applicant == cast.stranger


def test_nothing_chosen_says_so(notice: Notice, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.shopkeeper).post(start(notice), {"act": "choose"})
    assert (answer.status_code, "请选择一家企业" in answer.text) == (422, True)


def test_the_window_starts_for_whoever_stands_there(notice: Notice, cast: Cast, sign_in: SignIn) -> None:
    RegisterEntry.objects.create(
        uscc="91310105MA1FW0008T", name="上海示例书店", as_of=MONDAY.date(), domicile="上海市长宁区示例路3号"
    )
    browser = sign_in(cast.clerk)
    assert "上海示例书店" in browser.get(start(notice), {"q": "示例书店"}).text
    browser.post(start(notice), {"act": "choose", "enterprise": "91310105MA1FW0008T"})
    case = Case.objects.get()
    assert (case.channel, case.applicant) == ("window", None)
    assert browser.get(reverse("permits:draft", args=[case.key])).status_code == 200


def test_officers_do_not_apply(notice: Notice, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.officer("dept_mrb")).get(start(notice)).status_code == 403


def test_changed_answers_move_the_draft_and_keep_what_was_typed(
    draft: Case, catalogue, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast.shopkeeper)
    browser.post(section_url(draft, "premises"), typed(draft, "premises", f_area="80") | {"later": "1"})
    assert browser.post(reverse("permits:answers", args=[draft.key]))["Location"] == reverse("industries:apply")
    other = issued(catalogue, ["convenience_store"], STORE | {"has_signboard": False}, cast)
    asked = browser.post(start(other), {"act": "choose", "enterprise": USCC})
    assert draft.key in asked.text
    browser.post(start(other), {"act": "move", "case": draft.key})
    draft.refresh_from_db()
    assert draft.notice == other
    assert draft.entries.get(field="f_area").value == 80
    assert merged_form(draft).group("signboard") is None


def test_one_matter_alone_starts_no_combined_licence(catalogue, cast: Cast, sign_in: SignIn) -> None:
    from tests.permits.conftest import registered

    registered(cast)
    single = issued(catalogue, ["convenience_store"], {"area_m2": 80, "makes_food": True, "menu_hot": True, "sells_drug": "不销售",
        "sells_alcohol": "不销售", "sells_device": ["不销售"], "sells_tobacco": False, "has_signboard": False}, cast)  # fmt: skip
    answer = sign_in(cast.shopkeeper).post(start(single), {"act": "choose", "enterprise": USCC})
    assert answer.status_code == 409
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "data", [{"f_staff_table-rows": "x"}, {"add": "nothing"}, {"shown-f_area": "", "f_area": "\x00"}]
)
def test_nonsense_is_answered_in_order(draft: Case, cast: Cast, sign_in: SignIn, data: dict[str, str]) -> None:
    assert sign_in(cast.shopkeeper).post(section_url(draft, "premises"), data).status_code in {302, 422}


def test_bath_has_letters(promising: Case) -> None:
    assert BATH["choose_commitment"]
    assert promising.answers["choose_commitment"]
