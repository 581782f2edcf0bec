"""R6.18: one case, two channels: taken over with consent, handed back, found, its originals seen, its papers photographed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.pinyin import pinyin_of
from audit.models import AuditEntry
from audit.violations import RuleViolation
from outbox.models import Parcel
from permits import materials
from permits.at_counter import channels, originals, phones
from permits.files.sample_files import sample_pdf
from permits.merged_form import entries
from permits.merged_form.form import merged_form
from permits.models import Case, Handover
from tests.workflows.conftest import MONDAY, Story
from workflows import steps
from workflows.words import events
from workflows.words.timeline import timeline_of

CONSENT: dict[str, Any] = {"consent_by": "王小店", "how": Handover.How.PRESENT}
PAPER = "mat_food_layout"


@pytest.fixture
def draft(story: Story) -> Case:
    return story.draft()


@pytest.fixture
def clerk(story: Story, client: Client) -> Client:
    client.force_login(story.cast.clerk)
    return client


def desk(case: Case) -> str:
    return reverse("workflows:case_desk", args=[case.key])


def section(case: Case, **values: str) -> dict[str, str]:
    """What a page posts of the part of the form about the premises, with the marks of what it shows now."""
    group = merged_form(case).group("premises")
    assert group is not None
    return {f"shown-{line.id}": entries.mark(line) for line in group.lines if line.id in values} | values


def test_r6_18_a_case_goes_to_the_counter_and_back_with_consent(story: Story, draft: Case) -> None:
    """Begun at home, gone on with at the counter, finished at home: each entry keeps its channel, the log keeps the consent."""
    who, at = story.window, MONDAY
    with pytest.raises(RuleViolation, match="登记同意"):
        entries.save_section(draft, "premises", {"f_area": "81"}, actor=who, at=at)
    with pytest.raises(RuleViolation) as refused:
        channels.take_over(draft, consent_by="", how="present", actor=who, at=at)
    assert refused.value.field == "consent_by"
    channels.take_over(draft, **CONSENT, actor=who, at=at)
    entries.save_section(draft, "premises", {"f_area": "81"}, actor=who, at=at)
    assert draft.entries.get(field="f_area").channel == "window"
    assert draft.entries.get(field="f_premises_address").channel == "online"
    channels.hand_back(draft, consent_by="王小店", how="phone", note="回家补拍照片", actor=who, at=at)
    with pytest.raises(RuleViolation):
        steps.submit(draft, actor=who, at=at)
    steps.submit(draft, actor=story.applicant, at=at)
    assert (draft.channel, draft.received_on) == ("online", MONDAY.date())
    told = [(one.title, one.text) for one in events.timeline(draft, draft.matters.all())]
    assert told[0] == ("经申请人同意，由窗口接着办", "王小店，本人到场，当面同意")
    assert told[1] == ("交还申请人办理", "王小店，电话同意（回家补拍照片）")
    assert [one.title for one in timeline_of(draft, [])][-2:] == ["交还申请人办理", "经您同意，由窗口接着办理"]
    assert Parcel.objects.filter(payload__event="taken_over").count() == 1


def test_r6_18_the_same_clock_and_papers_wherever_it_was_finished(story: Story) -> None:
    home, counter = story.draft(), story.draft(MONDAY + timedelta(minutes=1))
    channels.take_over(counter, **CONSENT, actor=story.window, at=MONDAY)
    steps.submit(home, actor=story.applicant, at=MONDAY)
    steps.submit(counter, actor=story.window, at=MONDAY)
    assert (home.channel, counter.channel) == ("online", "window")
    for name in ("state", "received_on", "complete_on", "promised_days"):
        assert getattr(home, name) == getattr(counter, name), name
    kinds = [[paper.kind for paper in case.documents.all()] for case in (home, counter)]
    assert kinds[0] == kinds[1]


def test_two_people_on_one_section_lose_nothing(story: Story, draft: Case, client: Client) -> None:
    """Both have the page open; the second is shown both values, everything else is saved, and then chooses."""
    channels.take_over(draft, **CONSENT, actor=story.window, at=MONDAY)
    place = reverse("permits:form_section", args=[draft.key, "premises"])
    shop, window = Client(), client
    shop.force_login(story.cast.shopkeeper)
    window.force_login(story.cast.clerk)
    opened = section(draft, f_area="90", f_use_area="70")
    shop.post(place, opened | {"f_use_area": "", "f_area": "88"})
    answer = window.post(place, opened)
    assert answer.status_code == 409
    for words in ("申请人", "88", "90", 'name="settle-f_area"'):
        assert words in answer.text, words
    assert draft.entries.get(field="f_area").value == 88
    part = next(one for one in answer.context["parts"] if one["line"].id == "f_area")
    again = {"shown-f_area": part["shown"], "conflict-f_area": part["conflict"]["mark"], "f_area": "90"}
    assert window.post(place, again).status_code == 409, "still nothing chosen"
    window.post(place, again | {"settle-f_area": "saved"})
    assert draft.entries.get(field="f_area").value == 88
    window.post(place, again | {"settle-f_area": "mine"})
    entry = draft.entries.get(field="f_area")
    assert (entry.value, entry.channel) == (90, "window")


def test_the_applicant_takes_the_case_back(story: Story, draft: Case, client: Client) -> None:
    channels.take_over(draft, **CONSENT, actor=story.window, at=MONDAY)
    client.force_login(story.cast.shopkeeper)
    assert "收回，自己继续办理" in client.get(reverse("permits:draft", args=[draft.key])).text
    client.post(reverse("permits:take_back", args=[draft.key]))
    assert not Case.objects.get(pk=draft.pk).with_counter
    assert client.post(reverse("permits:take_back", args=[draft.key])).status_code == 409


@pytest.mark.parametrize("of", ["name", "pinyin", "initials", "code", "number", "progress", "person", "begun"])
def test_a_case_is_found_by(of: str, story: Story, clerk: Client) -> None:
    case = story.draft()
    enterprise = case.enterprise
    enterprise.pinyin, enterprise.initials = pinyin_of(enterprise.name)
    enterprise.representative_id_number = "310105198001010013"
    enterprise.save()
    if of in ("number", "progress"):
        case = steps.submit(case, actor=story.applicant, at=MONDAY)
    text = {
        "name": enterprise.name[2:6],
        "pinyin": enterprise.pinyin[:6],
        "initials": enterprise.initials[2:6].upper(),
        "code": f"统一社会信用代码：{enterprise.uscc}",
        "number": f"{case.number}",
        "progress": f"https://a.example/progress/{case.code}/",
        "person": "王小店,男,汉,310105198001010013",
        "begun": enterprise.uscc.lower(),
    }[of]
    answer = clerk.get("/window/find/", {"q": text})
    if of in ("number", "progress"):
        assert answer.url == desk(case)
    else:
        assert desk(case) in answer.text
        assert enterprise.uscc in answer.text


def test_the_desk_records_consent_help_and_originals(story: Story, draft: Case, clerk: Client) -> None:
    materials.hand_in_samples(draft, merged_form(draft).notice, actor=story.applicant, at=MONDAY)
    page = desk(draft)
    assert clerk.post(page, {"do": "take_over", "consent_by": "王小店"}).status_code == 422
    assert clerk.post(page, CONSENT | {"do": "take_over"}).status_code == 302
    assert clerk.post(page, CONSENT | {"do": "take_over"}).status_code == 409
    assert (
        clerk.post(page, {"do": "assist", "helper": "李窗口", "asked_by": "王小店", "how": "present"}).status_code
        == 422
    )
    help_ = {"do": "assist", "helper": "李窗口", "asked_by": "王小店", "how": "present", "parts": ["form", "materials"]}
    assert clerk.post(page, help_).status_code == 302
    assert "李窗口：填写表单、整理、扫描材料（受 王小店 委托，本人到场，当面同意）" in clerk.get(page).text
    files = list(draft.materials.values_list("pk", flat=True))
    clerk.post(page, {"do": "originals", "among": files[:2], "seen": files[:1] + files[2:3]})
    seen = draft.materials.filter(original_seen_at__isnull=False)
    assert [(one.pk, one.original_seen_by) for one in seen] == [(files[0], story.cast.clerk)], "not what was not shown"
    assert clerk.post(page, {"do": "dance"}).status_code == 400
    acts = AuditEntry.objects.filter(subject=draft.audit_subject).values_list("act", flat=True)
    assert {"taken_over", "assisted", "originals_ticked"} <= set(acts)
    with pytest.raises(RuleViolation):
        originals.tick(draft, seen=files, among=files, actor=story.applicant, at=MONDAY)


def test_a_phone_photographs_for_one_case_once(story: Story, draft: Case, clerk: Client) -> None:
    """The code is shown once, opened by one phone without signing in, of use for this case alone, and ended at will."""
    channels.take_over(draft, **CONSENT, actor=story.window, at=MONDAY)
    assert clerk.post(desk(draft), {"do": "phone"}).status_code == 302
    shown = clerk.get(desk(draft)).context
    code = shown["phone_code"]
    assert code not in Client().get(desk(draft)).content.decode()
    assert not draft.phone_passes.filter(code_sha256=code).exists(), "the database has its hash alone"
    phone, other = Client(), Client()
    assert phone.get("/phone/photos/").url == "/phone/"
    assert "开始拍照" in phone.get(f"/phone/{code.replace('-', '')}/").text
    assert phone.post("/phone/", {"code": "ABCDE22222"}).status_code == 422
    assert phone.post("/phone/", {"code": code.lower()}).url == "/phone/photos/"
    assert (
        "另" in other.post("/phone/", {"code": code}).text or other.post("/phone/", {"code": code}).status_code == 422
    )
    page = phone.get("/phone/photos/").text
    assert draft.enterprise.name not in page, "whoever looks over a shoulder learns no name"
    photo = SimpleUploadedFile("x.pdf", sample_pdf("photo", "照片").content)
    assert phone.post("/phone/photos/", {"material": "mat_of_nobody", "file": photo}).status_code == 422
    photo.seek(0)
    assert phone.post("/phone/photos/", {"material": PAPER, "file": photo}).status_code == 302
    file = draft.materials.get(material=PAPER)
    assert (file.channel, file.uploaded_by) == ("window", story.cast.clerk)
    entry = AuditEntry.objects.get(act="photographed")
    assert entry.facts["sha256"] == file.sha256_stored
    assert "手机拍照" in entry.actor
    assert "1 个文件" in clerk.get(reverse("workflows:arrivals", args=[draft.key])).text
    clerk.post(desk(draft), {"do": "end_phone"})
    assert phone.get("/phone/photos/").url == "/phone/"


def test_a_code_ends_by_itself_and_with_a_newer_one(story: Story, draft: Case) -> None:
    with pytest.raises(RuleViolation):
        phones.issue(draft, actor=story.window, at=MONDAY)
    channels.take_over(draft, **CONSENT, actor=story.window, at=MONDAY)
    _old, first = phones.issue(draft, actor=story.window, at=MONDAY)
    _new, code = phones.issue(draft, actor=story.window, at=MONDAY)
    with pytest.raises(RuleViolation):
        phones.open_once(first, at=MONDAY)
    with pytest.raises(RuleViolation):
        phones.open_once(code, at=MONDAY + phones.TO_OPEN)
    secret = phones.open_once(code, at=MONDAY + phones.TO_OPEN / 2)
    with pytest.raises(RuleViolation):
        phones.open_once(code, at=MONDAY + phones.TO_OPEN / 2)
    assert phones.session(secret, at=MONDAY + phones.TO_OPEN * 2).case == draft
    with pytest.raises(RuleViolation):
        phones.session(secret, at=MONDAY + phones.TO_OPEN / 2 + phones.TO_USE)
    channels.hand_back(draft, **CONSENT, actor=story.window, at=MONDAY)
    with pytest.raises(RuleViolation):
        phones.photograph(secret, PAPER, SimpleUploadedFile("x", b"x"), "x", at=MONDAY + phones.TO_OPEN)


def test_the_desk_is_the_counter_s(story: Story, draft: Case, client: Client) -> None:
    for user in (story.cast.shopkeeper, story.cast.officer("dept_mrb"), story.cast.service_office):
        client.force_login(user)
        assert client.get("/window/find/?q=1").status_code == 403
        assert client.get(desk(draft)).status_code == 403
        assert client.post(desk(draft), CONSENT | {"do": "take_over"}).status_code == 403


def test_for_whom_a_case_is_begun_is_shown_until_somebody_else_comes(clerk: Client, draft: Case) -> None:
    shown = f"为 {draft.enterprise.name} 新开办件"
    assert clerk.post("/window/find/", {"uscc": draft.enterprise.uscc}).status_code == 302
    assert shown in clerk.get("/").text and shown in clerk.get("/apply/?industry=convenience_store", follow=True).text
    assert clerk.get("/window/find/?new=1").status_code == 302
    assert shown not in clerk.get("/").text
