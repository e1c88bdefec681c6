from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms_service.domain.money import LARGEST, capital

amounts = st.decimals(min_value=0, max_value=LARGEST, places=2)

CLASSICAL = (
    ("0", "零元整"),
    ("0.00", "零元整"),
    ("-0.00", "零元整"),
    ("0.05", "伍分"),
    ("0.50", "伍角整"),
    ("1.5", "壹元伍角整"),
    ("10", "壹拾元整"),
    ("10.05", "壹拾元零伍分"),
    ("19", "壹拾玖元整"),
    ("325.04", "叁佰贰拾伍元零肆分"),
    ("1409.50", "壹仟肆佰零玖元伍角整"),
    ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
    ("6007.14", "陆仟零柒元壹角肆分"),
    ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
    ("107000.53", "壹拾万零柒仟元伍角叁分"),
    ("10050000", "壹仟零伍万元整"),
    ("100000000", "壹亿元整"),
    ("100001000", "壹亿零壹仟元整"),
    ("1000000000000", "壹万亿元整"),
    ("1000000000001", "壹万亿零壹元整"),
    ("1000050000000", "壹万亿零伍仟万元整"),
    ("1001000000000", "壹万零壹拾亿元整"),
    ("9999999999999.99", "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
)


@pytest.mark.parametrize(("amount", "words"), CLASSICAL)
def test_amount_is_written_as_a_bank_writes_it(amount: str, words: str) -> None:
    assert capital(Decimal(amount)) == words


@given(amounts)
@example(Decimal("1000000000000.01"))
@example(Decimal("20000000.10"))
def test_words_read_back_to_the_amount(amount: Decimal) -> None:
    assert read_back(capital(amount)) == amount


@given(st.integers(0, 13), st.integers(0, 13), st.integers(1, 9), st.integers(1, 9))
def test_sparse_amounts_read_back(high: int, low: int, first: int, second: int) -> None:
    amount = min(Decimal(first * 10**high + second * 10**low) / 100, LARGEST)
    assert read_back(capital(amount)) == amount


@given(amounts)
def test_words_have_no_doubled_or_dangling_zero(amount: Decimal) -> None:
    words = capital(amount)
    assert "零零" not in words
    assert amount == 0 or not any(f"零{unit}" in words for unit in "元万亿角分整")


@given(amounts)
def test_words_end_as_the_rule_says(amount: Decimal) -> None:
    assert capital(amount).endswith("分" if amount * 100 % 10 else "整")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("-0.01", "不能是负数"),
        ("10000000000000", "超过可大写的上限 9,999,999,999,999.99"),
        ("1.005", "比 1 分还细"),
        ("NaN", "需要一个金额"),
        ("Infinity", "需要一个金额"),
    ],
)
def test_amount_that_has_no_words_is_refused(amount: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        capital(Decimal(amount))


def read_back(words: str) -> Decimal:
    """Read 大写金额 as a person does: within 亿 and 万, digit by rank; a 零 says nothing."""
    whole, yuan, small = words.partition("元")
    if not yuan:
        whole, small = "", words
    cents = sum("零壹贰叁肆伍陆柒捌玖".index(small[small.index(unit) - 1]) * worth
                for unit, worth in (("角", 10), ("分", 1)) if unit in small)  # fmt: skip
    return Decimal(read_whole(whole)) + Decimal(cents) / 100


def read_whole(words: str) -> int:
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            high, _, low = words.rpartition(unit)
            return read_whole(high) * worth + read_whole(low)
    total, digit = 0, 0
    for word in words:
        if word in "拾佰仟":
            total += digit * 10 ** ("拾佰仟".index(word) + 1)
            digit = 0
        else:
            digit = "零壹贰叁肆伍陆柒捌玖".index(word)
    return total + digit
