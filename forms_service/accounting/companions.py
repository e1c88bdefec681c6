"""Companions: the documents that go to accounting together with one (一并送会计, §13(2)④⑤), and rules over them all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.evaluating import EvaluationError, Known, evaluate
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Check, Companion, FormSpec
from forms_service.domain.values import Value, Values

_BRACES = re.compile(r"\{([a-z][a-z0-9_.]*)\}")


@dataclass(frozen=True, slots=True)
class FoundCompanion:
    """What is there of a companion: `number` is "" where no such document was opened, `verdict` "" without a copy.

    `values` are read from its verified accounting copy; `overstepped` names each decision of it that was beyond the
    limit of whoever took it (V01).
    """

    companion: Companion
    title: str
    number: str
    state: str
    verdict: str
    values: Values
    overstepped: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Say whether a posting may rest on it."""
        return self.verdict == "accepted" and not self.overstepped


def check_companions(found: tuple[FoundCompanion, ...]) -> Iterator[Problem]:
    """Hold that every companion is finished, filed with accounting and accepted (V01, V08)."""
    for each in found:
        where = each.companion.alias
        if not each.number:
            yield Problem(where, "companion_missing", f"一并送会计的《{each.title}》还没有开立，不能单独入账。")
        elif each.state != "finished":
            message = f"一并送会计的《{each.title}》{each.number} 还没有签完，不能单独入账。"
            yield Problem(where, "companion_unfinished", message)
        elif not each.verdict:
            message = f"《{each.title}》{each.number} 还没有会计联，请等它封印归档。"
            yield Problem(where, "companion_without_copy", message)
        elif each.verdict != "accepted":
            message = f"《{each.title}》{each.number} 的会计联验证结论是「{each.verdict}」，不能据以入账。"
            yield Problem(where, "companion_not_accepted", message)
        for words in each.overstepped:
            yield Problem(where, "limit_overstepped", f"《{each.title}》{each.number}：{words}")


def check_rules(
    spec: FormSpec, values: Values, found: tuple[FoundCompanion, ...], policy: Mapping[str, Decimal | str]
) -> tuple[Problem, ...]:
    """Try a form's posting rules on the verified values of all its companions; what only warns keeps its level.

    A rule that reads a companion of which there is no verified copy waits for it: that it is not there stops the
    posting already.
    """
    if spec.posting is None:
        return ()
    known = _known(values, found, policy)
    missing = {each.companion.alias for each in found if not each.verdict}
    ready = (check for check in spec.posting.checks if not check.rule.roots & missing)
    return tuple(problem for check in ready for problem in _try(spec, check, known))


def side_by_side(
    spec: FormSpec, values: Values, found: tuple[FoundCompanion, ...]
) -> tuple[tuple[str, tuple[tuple[str, Decimal | str], ...]], ...]:
    """Return the figures that the posting compares: for each word its columns with what the verified bytes say."""
    known = _known(values, found, {})
    rows = spec.posting.compare if spec.posting else ()
    return tuple(
        (word, tuple((column, _figure(known.get(name))) for column, name in columns)) for word, columns in rows
    )


def _figure(value: object) -> Decimal | str:
    return value if isinstance(value, Decimal) else "" if value is None else str(value)


def _known(values: Values, found: tuple[FoundCompanion, ...], policy: Mapping[str, Decimal | str]) -> Known:
    theirs: dict[str, Value] = {
        f"{each.companion.alias}.{name}": value for each in found for name, value in each.values.items()
    }
    return {**values, **{f"policy.{name}": setting for name, setting in policy.items()}, **theirs}


def _try(spec: FormSpec, check: Check, known: Known) -> Iterator[Problem]:
    """A rule that cannot be worked out is broken: accounting refuses what it cannot check."""
    where = check.mark or ""
    try:
        holds = evaluate(check.rule, known, rounding=spec.rounding)
    except EvaluationError as error:
        yield Problem(where, "rule_not_checked", f"「{check.rule.source}」算不出来：{error}")
        return
    if holds is None:
        yield Problem(where, "rule_not_checked", f"要用的栏位是空白，无法核对，不能入账：{_filled(check.say, known)}")
    elif holds is not True:
        yield Problem(where, "rule_broken", _filled(check.say, known), check.level)


def _filled(said: str, known: Known) -> str:
    return _BRACES.sub(lambda match: _shown(known.get(match[1])), said)


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return "（空白）" if value is None else str(value)
