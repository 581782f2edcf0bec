"""The commitment path (R6.1 to R6.7): chosen and signed on a phone, decided on the spot, checked, put right, checked again."""

from collections.abc import Callable

import pytest

from permits.models import Case, Document, PostCheck, ProofCheck
from tests.browser.filling import attach
from tests.browser.stage import Stage, actor
from tests.browser.visitor import Visitor
from workflows import steps

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PROOF = "公共场所卫生检测或者评价报告"


def test_a_bath_house_promises_is_decided_at_once_and_checked_afterwards(stage: Stage, visit: Visit) -> None:
    case = stage.promising()
    shop = visit("phone")
    shop.sign_in("shop")
    look_at_the_lists(shop)
    choose_and_sign(shop, case)
    hand_in(shop, case)
    steps.accept(case, actor=actor("window"), at=stage.at)
    decide_on_the_spot(visit("desk"), case)
    steps.grant(case, matters=["m_signboard"], actor=actor("subdistrict"), at=stage.at)
    find_a_proof_untrue(visit("desk"), case)
    shop.open(case.get_absolute_url())
    shop.says("轮到您：限期整改", "轮到您：核查发现与承诺不符", "责令限期整改通知书")
    shop.picture("commitment-order-phone", most=2400)
    find_it_put_right(visit("desk"), case)
    shop.open(case.get_absolute_url())
    shop.says("整改后符合")


def look_at_the_lists(shop: Visitor) -> None:
    """What may be promised is public, and what is often confused is told apart."""
    shop.open("/catalogue/commitments/")
    shop.says("几种承诺有什么不同", "容缺受理", "不是不予许可", "长宁区不适用")
    shop.picture("promises-phone", most=2400)


def choose_and_sign(shop: Visitor, case: Case) -> None:
    """Free for each matter, free for each proof; nothing is handed in before it is signed."""
    shop.open(f"/apply/{case.key}/check/")
    shop.says("告知承诺书还没有签署")
    shop.open(f"/apply/{case.key}/")
    shop.press("选择每个事项的办理方式")
    shop.says("告知承诺是自愿的")
    shop.picture("commitment-ways-phone", most=2400)
    shop.press("保存")
    shop.says("公共场所卫生许可（新办）告知承诺书", f"{PROOF}证明事项告知承诺书", "只代替一份证明")
    shop.picture("commitment-letters-phone", most=2400)
    shop.press(f"不想承诺？也可以提交这份证明 {PROOF}")
    attach(shop, "检测报告.pdf")
    shop.says("不用承诺代替")
    shop.press(f"移除 {'检测报告.pdf'}")
    shop.open(f"/apply/{case.key}/commitment/")
    shop.says(f"{PROOF}证明事项告知承诺书")
    shop.page.get_by_label("我已阅读并自愿作出上述承诺").check()
    shop.page.get_by_label("签署人姓名").fill("路人")
    shop.press("签署", within=shop.page.locator("main form"))
    shop.says("请由表单中填写的法定代表人")
    shop.page.get_by_label("签署人姓名").fill("王小店")
    shop.press("签署", within=shop.page.locator("main form"))
    shop.says("告知承诺书已签署")


def hand_in(shop: Visitor, case: Case) -> None:
    shop.open(f"/apply/{case.key}/check/")
    shop.press("确认无误，提交申请")
    case.refresh_from_db()
    kinds = case.documents.values_list("kind", flat=True)
    assert sorted(kinds) == ["commitment_letter", "commitment_letter", "filing_receipt", "proof_commitment"]


def decide_on_the_spot(officer: Visitor, case: Case) -> None:
    """The letter stands in the place of the examination."""
    officer.sign_in("health")
    officer.open(f"/work/{case.number}/")
    officer.says("告知承诺，可以当场决定", f"{PROOF}证明事项告知承诺书")
    officer.picture("commitment-section", whole=False)
    officer.page.locator("main input[type=radio][value=grant]").first.check()
    officer.press("提交决定")
    officer.says("已作出决定")
    assert PostCheck.objects.filter(case_matter__case=case, case_matter__matter="m_health").exists()


def find_a_proof_untrue(officer: Visitor, case: Case) -> None:
    """An untrue proof breaks the commitment: that it is kept all the same is refused at its place."""
    officer.sign_in("health")
    officer.open("/work/after-checks/")
    officer.press(case.enterprise.name)
    officer.says("轮到本部门：核查承诺内容", f"{PROOF}证明事项告知承诺书")
    officer.page.get_by_label(PROOF, exact=True).check()
    officer.page.get_by_label("与承诺相符").check()
    officer.press("记录结果")
    officer.says("有证明事项承诺不实的")
    officer.page.get_by_label("与承诺不符，责令限期整改").check()
    officer.page.get_by_label("核查情况").fill("现场不能出示检测报告")
    officer.page.get_by_label("需要整改的内容").fill("提交有资质机构出具的检测报告")
    officer.press("记录结果")
    officer.says("轮到经营者：在期限内整改", "核查不实")
    officer.picture("after-check", whole=False)
    assert not ProofCheck.objects.get().is_true
    assert case.documents.filter(kind=Document.Kind.RECTIFICATION_ORDER).count() == 1


def find_it_put_right(officer: Visitor, case: Case) -> None:
    officer.sign_in("health")
    check = PostCheck.objects.get(case_matter__case=case, case_matter__matter="m_health")
    officer.open(f"/work/after-checks/{check.pk}/")
    officer.page.get_by_label("整改后与承诺相符").check()
    officer.press("记录结果")
    officer.says("整改后符合")
