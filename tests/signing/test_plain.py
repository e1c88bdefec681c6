"""Verdicts across a process border: what is written plainly is read back the same, and nothing else is read at all."""

import copy
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.signing.expected import Expected, ExpectedCopy, ExpectedSignature
from forms_service.signing.plain import from_plain, read_plain, to_plain
from forms_service.signing.verdict import SignatureReport, Verdict
from tests.signing.test_verdict import ACCEPTED

MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
SIGNATURES = st.builds(SignatureReport, time=st.none() | MOMENTS, note=st.text())
VERDICTS = st.builds(Verdict, signatures=st.lists(SIGNATURES, max_size=2).map(tuple))
RECORDED = st.builds(ExpectedSignature, received_at=MOMENTS, opinions=st.lists(st.text(), max_size=2).map(tuple))
EXPECTED = st.builds(Expected, signatures=st.lists(RECORDED, max_size=2).map(tuple), copy=st.builds(ExpectedCopy))
WRONG: st.SearchStrategy[object] = st.sampled_from([None, True, 7, 1.5, "no such word", [], {}, [[]], {"a": 1}])


def _through_json(plain: object) -> Any:
    return json.loads(json.dumps(plain))


@given(VERDICTS)
def test_a_verdict_comes_back_as_it_was(verdict: Verdict) -> None:
    assert from_plain(Verdict, _through_json(to_plain(verdict))) == verdict


@given(st.binary())
def test_bytes_come_back_as_they_were(data: bytes) -> None:
    assert read_plain(bytes, _through_json(to_plain(data))) == data


@given(EXPECTED)
def test_what_the_house_knows_comes_back_as_it_was(expected: Expected) -> None:
    assert from_plain(Expected, _through_json(to_plain(expected))) == expected


@given(VERDICTS, st.data())
def test_a_plain_verdict_with_any_part_changed_is_read_as_just_that_or_refused(
    verdict: Verdict, data: st.DataObject
) -> None:
    plain = _through_json(to_plain(verdict))
    *path, last = data.draw(st.sampled_from(list(_paths(plain))))
    _at(plain, path)[last] = data.draw(WRONG)
    try:
        read = from_plain(Verdict, plain)
    except ValueError:
        return
    assert _through_json(to_plain(read)) == plain


@given(VERDICTS, st.data())
def test_a_plain_verdict_without_a_key_or_with_another_is_refused(verdict: Verdict, data: st.DataObject) -> None:
    plain = _through_json(to_plain(verdict))
    shorter, longer = copy.deepcopy(plain), {**plain, "further": None}
    del shorter[data.draw(st.sampled_from(sorted(plain)))]
    for spoilt in (shorter, longer):
        with pytest.raises(ValueError, match="not the keys of Verdict"):
            from_plain(Verdict, spoilt)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "fine"),
        ("verdict", 1),
        ("copy", True),
        ("copy", "2"),
        ("version", 1.0),
        ("checks", {}),
        ("printed", []),
        ("printed", {"a": 1}),
        ("number", "\ud800"),
        ("signatures", [{}]),
        ("not_checked_here", ["a", None]),
    ],
)
def test_a_value_of_another_kind_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each kind has words of its own, for programmers
        from_plain(Verdict, {**to_plain(ACCEPTED), key: value})


@pytest.mark.parametrize("time", ["2026-11-24T01:30:00", "yesterday", 5, ""])
def test_a_time_without_a_zone_is_refused(time: object) -> None:
    plain = to_plain(ACCEPTED)
    plain["signatures"][0]["time"] = time
    with pytest.raises(ValueError, match="none of the kinds"):
        from_plain(Verdict, plain)


@pytest.mark.parametrize("value", [object(), {1, 2}, dt.date(2026, 11, 24)])
def test_what_json_cannot_say_is_a_programmers_fault(value: object) -> None:
    with pytest.raises(TypeError):
        to_plain(value)


def _paths(plain: object, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(plain, Mapping):
        parts: list[tuple[Any, object]] = list(plain.items())
    else:
        parts = list(enumerate(plain)) if isinstance(plain, list) else []
    for key, part in parts:
        yield (*before, key)
        yield from _paths(part, (*before, key))


def _at(plain: Any, path: list[str | int]) -> Any:
    for key in path:
        plain = plain[key]
    return plain
