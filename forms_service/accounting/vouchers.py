"""Vouchers (传票): the entry lines that one verified document makes, balanced, with the evidence they rest on."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal

from forms_service.accounting.evidence import Evidence
from forms_service.domain.errors import ProblemsFound
from forms_service.domain.money import LARGEST, Money
from forms_service.domain.people import Account
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Posting
from forms_service.domain.values import Value, Values

KIND = "转"  # 转账凭证: neither cash nor bank is touched

_BRACES = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_CENT = Decimal("0.01")
_ZERO = Decimal(0)


class CannotPost(ProblemsFound):
    """Refuse to make a voucher; lists every reason at once."""

    code = "cannot_post"


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry line; exactly one of debit and credit is above zero. `no` counts from 1."""

    no: int
    account_code: str
    account_name: str
    debit: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class Voucher:
    """A balanced voucher. `number` is the firm's voucher number, `date` the day it is booked on."""

    number: str
    date: dt.date
    kind: str
    currency: str
    summary: str
    lines: tuple[EntryLine, ...]
    evidence: Evidence

    @property
    def total(self) -> Money:
        """The sum of the debits, which is that of the credits."""
        return sum((line.debit for line in self.lines), _ZERO)

    def to_json(self) -> str:
        """Write the voucher as JSON; amounts are texts, so that no reader makes floats of them."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, default=str)

    @classmethod
    def from_json(cls, text: str) -> "Voucher":
        """Read a voucher that `to_json` wrote; raises ValueError for any other text."""
        try:
            raw = json.loads(text)
            lines = tuple(
                EntryLine(**{**line, "debit": Decimal(line["debit"]), "credit": Decimal(line["credit"])})
                for line in raw["lines"]
            )
            dated = dt.date.fromisoformat(raw["date"])
            return cls(**{**raw, "date": dated, "lines": lines, "evidence": Evidence.from_raw(raw["evidence"])})
        except (KeyError, TypeError, ArithmeticError) as error:
            raise ValueError(f"no whole voucher: {error}") from error


def make_voucher(
    posting: Posting,
    values: Values,
    accounts: tuple[Account, ...],
    evidence: Evidence,
    *,
    number: str,
    date: dt.date,
    currency: str,
) -> Voucher:
    """Make the voucher of a document from the values read from its verified bytes; raises CannotPost.

    A line whose amount is zero, such as the tax of a zero-rated sale, is left out.
    """
    problems = check_entries(posting, values, accounts)
    if problems:
        raise CannotPost(problems)
    summary = _BRACES.sub(lambda match: _named(match[1], values, evidence), posting.summary)
    return Voucher(number, date, KIND, currency, summary, tuple(_lines(posting, values, accounts)), evidence)


def check_entries(posting: Posting, values: Values, accounts: tuple[Account, ...]) -> tuple[Problem, ...]:
    """List why a posting makes no balanced voucher: amounts missing or odd, accounts unmapped, sides unequal."""
    faults = (
        *(problem for _, _, field in posting.lines for problem in _check_amount(field, values.get(field))),
        *(problem for _, role, _ in posting.lines for problem in _check_account(role, accounts)),
    )
    return faults or tuple(_check_balance(posting, values))


def _check_amount(field: str, value: Value) -> Iterator[Problem]:
    if not isinstance(value, Decimal) or not value.is_finite():
        yield Problem(field, "amount_missing", f"入账金额「{field}」没有数值，不能入账。请核对单据。")
    elif value < 0:
        yield Problem(field, "amount_negative", f"入账金额「{field}」是 {value:,}，应为零或正数。冲回请另开单据。")
    elif value > LARGEST:
        yield Problem(field, "amount_too_large", f"入账金额「{field}」是 {value:,}，最多 {LARGEST:,}。")
    elif value != value.quantize(_CENT):
        yield Problem(field, "amount_fraction", f"入账金额「{field}」是 {value}，应到分为止。")


def _check_account(role: str, accounts: tuple[Account, ...]) -> Iterator[Problem]:
    found = [account for account in accounts if account.role == role]
    if len(found) != 1 or not found[0].code.strip():
        yield Problem(
            role, "account_unmapped", f"科目对照里「{role}」有 {len(found)} 条，应恰好一条且有科目代码。请补科目对照。"
        )


def _check_balance(posting: Posting, values: Values) -> Iterator[Problem]:
    debit, credit = (
        sum((_amount(values, field) for line_side, _, field in posting.lines if line_side == side), _ZERO)
        for side in ("debit", "credit")
    )
    if debit != credit:
        yield Problem(
            "", "unbalanced", f"借方合计 {debit:,.2f}，贷方合计 {credit:,.2f}，不相等，不能入账。请核对单据金额。"
        )
    elif debit == 0:
        yield Problem("", "nothing_to_post", "入账金额都是零，没有可入的账。")


def _lines(posting: Posting, values: Values, accounts: tuple[Account, ...]) -> Iterator[EntryLine]:
    by_role = {account.role: account for account in accounts}
    posted = [line for line in posting.lines if _amount(values, line[2])]
    for no, (side, role, field) in enumerate(posted, 1):
        amount, account = _amount(values, field).quantize(_CENT), by_role[role]
        zero = _ZERO.quantize(_CENT)
        sides: Mapping[str, Money] = {"debit": zero, "credit": zero, side: amount}
        yield EntryLine(no, account.code, account.name, **sides)


def _amount(values: Values, field: str) -> Money:
    value = values.get(field)
    if not isinstance(value, Decimal):
        raise TypeError(f"{field} was not checked to be an amount")
    return value


def _named(name: str, values: Values, evidence: Evidence) -> str:
    """Print what a name in the summary's braces stands for, on one line."""
    system = {"no": evidence.number, "opened_on": evidence.opened_on.isoformat()}
    value = values.get(name)
    shown = f"{value:,.2f}" if isinstance(value, Decimal) else "" if value is None else str(value)
    return " ".join(system.get(name, shown).split())
