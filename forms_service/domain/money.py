"""Money: exact amounts as Decimal, two places where they are printed, and in words where a bank would want them.

>>> capital(Decimal("1409.50"))
'壹仟肆佰零玖元伍角整'
"""

from decimal import Decimal

Money = Decimal

LARGEST = Decimal("9999999999999.99")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_RANKS = ("", "拾", "佰", "仟")


def capital(amount: Money) -> str:
    """Write an amount from 0 to 9,999,999,999,999.99 in 大写金额, to 分.

    The rule is 《支付结算办法》 附件一 §1–§4: always 壹拾; one 零 for each run of zeros between written digits; 零
    between 元 and 分 where 角 is 0; 整 after 元 and 角, never after 分. Where §4 leaves 零 to choice (万 or 元 is 0), a
    run of zeros inside the whole part is written and a 零 before 角 is not: 壹拾万零柒仟元伍角叁分.

    Raises ValueError, in words for the user, for an amount that is negative, larger, or finer than 分.
    """
    cents = _cents(amount)
    whole, tenth, hundredth = cents // 100, cents // 10 % 10, cents % 10
    words = f"{_whole(whole)}元" if whole or not cents else ""
    if tenth:
        words += f"{_DIGITS[tenth]}角"
    elif whole and hundredth:
        words += "零"
    return words + (f"{_DIGITS[hundredth]}分" if hundredth else "整")


def _cents(amount: Money) -> int:
    """Count an amount in 分; raises ValueError where `capital` says so."""
    if not amount.is_finite():
        raise ValueError(f"大写金额需要一个金额，现在是 {amount}。请检查算出它的栏位。")
    if amount < 0:
        raise ValueError(f"大写金额不能是负数，现在是 {amount:,f}。请检查算出它的栏位。")
    if amount > LARGEST:
        raise ValueError(f"金额 {amount:,f} 超过可大写的上限 {LARGEST:,}。请拆成几张单。")
    numerator, denominator = amount.as_integer_ratio()
    cents, rest = divmod(numerator * 100, denominator)
    if rest:
        raise ValueError(f"金额 {amount:,f} 比 1 分还细，大写只写到分。请先四舍五入到两位小数。")
    return cents


def _whole(number: int) -> str:
    """Write a whole number below 10¹³ in words, without 元."""
    if number == 0:
        return _DIGITS[0]
    digits = str(number)
    words, skipped = "", False
    for rank, digit in zip(range(len(digits) - 1, -1, -1), map(int, digits), strict=True):
        if digit:
            words += (_DIGITS[0] if skipped else "") + _DIGITS[digit] + _RANKS[rank % 4]
        skipped = not digit
        words += _group_word(number, rank)
    return words


def _group_word(number: int, rank: int) -> str:
    """Name the group of four digits that ends at a rank: 万, 亿, 万 (of 亿); an empty 万 has no name, 亿 always has."""
    if rank == 8:
        return "亿"
    return "万" if rank in (4, 12) and number // 10**rank % 10**4 else ""
