"""How papers name the law: every legal basis of the catalogue reads as a citation."""

import pytest

from industries.publishing import bundled
from industries.statutes import cited


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("公共场所卫生管理条例", "《公共场所卫生管理条例》"),
        ("中华人民共和国消防法第十五条、第五十八条", "《中华人民共和国消防法》第十五条、第五十八条"),
        ("上海市停车场(库)管理办法", "《上海市停车场（库）管理办法》"),
        ("上海市户外招牌设置管理办法(沪府令41号)", "《上海市户外招牌设置管理办法》（沪府令41号）"),
        ("某办法(试行)(沪市监规范〔2020〕7号)", "《某办法（试行）》（沪市监规范〔2020〕7号）"),
        ("应急〔2021〕34号", "应急〔2021〕34号"),
        ("沪市监规范〔2023〕7号(停止单独核发)", "沪市监规范〔2023〕7号（停止单独核发）"),
    ],
)
def test_a_statute_stands_in_its_brackets(text: str, words: str) -> None:
    assert cited(text) == words


def test_the_law_of_the_hygiene_permit_is_named_without_a_remark() -> None:
    names = [cited(text) for text in bundled().matters["m_health"].legal_basis]
    assert all(name.startswith("《") for name in names)
    assert not any("不再发放" in name for name in names)


def test_every_basis_of_the_catalogue_keeps_its_words() -> None:
    for matter in bundled().matters.values():
        for text in matter.legal_basis:
            plain = cited(text).translate(str.maketrans({"《": "", "》": "", "（": "(", "）": ")", "，": ","}))
            assert plain == text
