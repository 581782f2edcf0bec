"""The merged form: each field once, saved as one goes, nothing typed is lost."""

import pytest

from audit.violations import RuleViolation
from permits import samples
from permits.merged_form.entries import digest, save_section
from permits.merged_form.form import merged_form, missing_fields
from permits.models import Case, FormEntry
from tests.people import Cast
from tests.permits.conftest import MONDAY


def save(case: Case, cast: Cast, group: str, values: dict, **more):
    return save_section(case, group, values, actor=cast.actor(cast.shopkeeper), at=MONDAY, **more)


def line(case: Case, id: str):
    return next(one for one in merged_form(case).lines if one.id == id)


def test_each_field_stands_once_and_in_one_section(draft: Case) -> None:
    form = merged_form(draft)
    ids = [one.id for one in form.lines]
    assert len(ids) == len(set(ids))
    assert {one.id for one in form.notice.fields} == set(ids)
    assert form.groups[0].id == "applicant"
    assert form.groups[-1].id == "commitment"


def test_a_section_says_who_reads_it_and_how_much_is_prefilled(draft: Case) -> None:
    applicant = merged_form(draft).group("applicant")
    assert "区市场监管局" in applicant.departments
    assert len(applicant.departments) > 1
    assert 5 < applicant.prefilled <= applicant.filled < applicant.total
    assert applicant.status == "doing"


def test_a_section_is_done_by_rules(draft: Case, cast: Cast) -> None:
    assert merged_form(draft).group("tobacco").status == "todo"
    values = {one.id: samples.sample_of(one.asked) for one in merged_form(draft).group("tobacco").lines}
    save(draft, cast, "tobacco", values)
    assert merged_form(draft).group("tobacco").status == "done"


def test_a_section_where_nothing_must_be_written_is_optional(draft: Case) -> None:
    assert merged_form(draft).group("alcohol").status == "optional"


def test_what_is_wrong_is_kept_and_named(draft: Case, cast: Cast) -> None:
    saved = save(draft, cast, "premises", {"f_area": "很大", "f_property_no": "沪0001"})
    assert line(draft, "f_area").value == "很大"
    assert "例如" in line(draft, "f_area").message
    assert line(draft, "f_property_no").value == "沪0001"
    assert saved.form.group("premises").status == "doing"
    assert "f_area" in {field.id for field in missing_fields(draft)}


def test_a_wrong_answer_to_an_optional_field_also_waits(draft: Case, cast: Cast) -> None:
    save(draft, cast, "premises", {"f_use_area": "很大"})
    assert "f_use_area" in {field.id for field in missing_fields(draft)}
    save(draft, cast, "premises", {"f_use_area": ""})
    assert "f_use_area" not in {field.id for field in missing_fields(draft)}


def test_a_section_is_written_in_one_statement(draft: Case, cast: Cast, django_assert_max_num_queries) -> None:
    samples_of_all = samples.sample_values(draft)
    values = {one.id: samples_of_all[one.id] for one in merged_form(draft).group("premises").lines}
    actor = cast.actor(cast.shopkeeper)
    with django_assert_max_num_queries(8):  # begin, lock, notice, catalogue, entries, savepoint, upsert, commit
        save_section(draft, "premises", values, actor=actor, at=MONDAY)


def test_two_pages_of_one_section_do_not_undo_each_other(draft: Case, cast: Cast) -> None:
    shown = {id: digest(None) for id in ("f_area", "f_property_no")}
    save(draft, cast, "premises", {"f_area": "80", "f_property_no": ""}, shown=shown)
    saved = save(draft, cast, "premises", {"f_area": "", "f_property_no": "沪0001"}, shown=shown)
    assert (line(draft, "f_area").value, line(draft, "f_property_no").value) == (80, "沪0001")
    assert saved.conflicts == ()
    assert FormEntry.objects.filter(case=draft, field="f_area").count() == 1


def test_the_later_of_two_pages_overwrites_nothing_and_says_so(draft: Case, cast: Cast) -> None:
    shown = {"f_area": digest(None)}
    save(draft, cast, "premises", {"f_area": "80"}, shown=shown)
    saved = save(draft, cast, "premises", {"f_area": "90"}, shown=shown)
    assert line(draft, "f_area").value == 80
    assert [(one.line.id, one.line.value, one.mine) for one in saved.conflicts] == [("f_area", 80, 90)]


def test_whoever_contradicts_the_register_says_why(draft: Case, cast: Cast) -> None:
    save(draft, cast, "applicant", {"f_domicile": "上海市长宁区示例路2号"})
    contested = line(draft, "f_domicile")
    assert contested.is_overridden
    assert "登记" in contested.message
    assert "示例路 1 号" in contested.register_words
    save(draft, cast, "applicant", {"f_domicile": "上海市长宁区示例路2号"}, contested={"f_domicile": "上月已变更"})
    contested = line(draft, "f_domicile")
    assert contested.fault is None
    assert contested.contested == "上月已变更"


def test_back_to_what_the_register_says_needs_no_reason(draft: Case, cast: Cast) -> None:
    registered = line(draft, "f_domicile").value
    save(draft, cast, "applicant", {"f_domicile": "上海市长宁区示例路2号"})
    save(draft, cast, "applicant", {"f_domicile": registered})
    assert line(draft, "f_domicile").is_prefilled
    assert line(draft, "f_domicile").fault is None


def test_a_prefilled_value_may_be_disputed_without_changing_it(draft: Case, cast: Cast) -> None:
    value = line(draft, "f_domicile").value
    save(
        draft,
        cast,
        "applicant",
        {"f_domicile": value},
        contested={"f_domicile": "门牌已改"},
        shown={"f_domicile": digest(value)},
    )
    assert (line(draft, "f_domicile").contested, line(draft, "f_domicile").entry.source) == ("门牌已改", "register")


def test_after_submission_nothing_is_written(draft: Case, cast: Cast) -> None:
    draft.submit()
    draft.number, draft.received_on = "1", MONDAY.date()
    draft.save()
    with pytest.raises(RuleViolation):
        save(draft, cast, "premises", {"f_area": "80"})


def test_an_unknown_section_is_refused(draft: Case, cast: Cast) -> None:
    with pytest.raises(RuleViolation, match="任务清单"):
        save(draft, cast, "hotel", {})


def test_samples_fill_the_whole_form(draft: Case, cast: Cast) -> None:
    assert missing_fields(draft)
    samples.fill(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    assert missing_fields(draft) == []
    assert set(samples.sample_values(draft)) == {one.id for one in merged_form(draft).lines}


def test_a_department_reads_its_own_part(draft: Case) -> None:
    form = merged_form(draft)
    ids = {one.id for group in form.read_by("dept_tobacco") for one in group.lines}
    assert "f_tob_kind" in ids
    assert "f_food_items" not in ids


@pytest.mark.django_db
def test_the_form_costs_the_same_however_many_entries(draft: Case, cast: Cast, django_assert_num_queries) -> None:
    samples.fill(draft, actor=cast.actor(cast.shopkeeper), at=MONDAY)
    fresh = Case.objects.select_related("enterprise", "catalogue", "notice").get(pk=draft.pk)
    with django_assert_num_queries(1):
        assert merged_form(fresh).done


def test_a_section_that_may_stay_empty_is_not_counted_as_done(draft: Case) -> None:
    form = merged_form(draft)
    optional = [group for group in form.groups if group.status == "optional"]
    assert form.needed == len(form.groups) - len(optional)
    assert form.done == sum(group.status == "done" for group in form.groups)
