import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.errors import SeriesFull
from forms_service.domain.numbering import NumberPattern, parse_number, parse_pattern

DAY = dt.date(2026, 11, 24)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
DATE_PARTS = st.sampled_from(["", "{yy}", "{yyyy}", "{yy}{mm}", "{yyyy}{mm}", "{yy}{mm}{dd}", "{mm}{yy}"])


@st.composite
def patterns(draw: st.DrawFn) -> NumberPattern:
    prefix = draw(st.text("ABz09_-", max_size=2))
    sequence = f"{{seq:{draw(st.integers(1, 4))}{draw(st.sampled_from(['', '+']))}}}"
    tail = draw(st.text("AB-_", max_size=1))
    return parse_pattern(prefix + "".join(draw(st.permutations([draw(DATE_PARTS), sequence]))) + tail)


@pytest.mark.parametrize(
    ("source", "seq", "number"),
    [
        ("A{yy}{mm}{seq:3}", 7, "A2611007"),
        ("{yy}{mm}{seq:2+}", 5, "261105"),
        ("{yy}{mm}{seq:2+}", 123, "2611123"),
        ("AL-{yyyy}_{seq:4}", 1, "AL-2026_0001"),
        ("{yy}{mm}{dd}{seq:1}", 9, "2611249"),
    ],
)
def test_a_pattern_writes_its_number(source: str, seq: int, number: str) -> None:
    assert parse_pattern(source).write(DAY, seq) == number


@pytest.mark.parametrize(
    ("source", "period"),
    [
        ("A{seq:3}", ""),
        ("{yy}{seq:3}", "2026"),
        ("{yyyy}{mm}{seq:3}", "2026-11"),
        ("{yy}{mm}{dd}{seq:3}", "2026-11-24"),
    ],
)
def test_a_series_restarts_with_the_finest_part_of_the_date(source: str, period: str) -> None:
    assert parse_pattern(source).period(DAY) == period


def test_a_fixed_series_is_full_after_its_last_number() -> None:
    pattern = parse_pattern("A{yy}{mm}{seq:3}")
    assert pattern.write(DAY, 999) == "A2611999"
    with pytest.raises(SeriesFull, match="第 1000 号"):
        pattern.write(DAY, 1000)


def test_a_growing_series_is_full_at_sixteen_characters() -> None:
    pattern = parse_pattern("ABCDEFGH{yy}{mm}{seq:2+}")
    assert pattern.write(DAY, 9999) == "ABCDEFGH26119999"
    with pytest.raises(SeriesFull):
        pattern.write(DAY, 10_000)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("A{yy}{mm}", "0 个序号"),
        ("{seq:2}{seq:2}", "2 个序号"),
        ("{mm}{seq:2}", "隔期会重号"),
        ("{yy}{dd}{seq:2}", "隔期会重号"),
        ("{yy}{yyyy}{seq:2}", "写了两次"),
        ("{yy}{yy}{seq:2}", "写了两次"),
        ("折{seq:2}", "第 1 个字符"),
        ("A{seq:0}", "第 2 个字符"),
        ("A{seq}", "第 2 个字符"),
        ("A/{seq:3}", "第 2 个字符"),
        ("Ａ{seq:3}", "第 1 个字符"),
        ("ABCDEFGHIJ{yyyy}{seq:3}", "17 位"),
        ("", "0 个序号"),
    ],
)
def test_a_faulty_pattern_is_refused_with_what_was_found(source: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_pattern(source)


@pytest.mark.parametrize(
    "text", ["", "A２６11001", "A2611 001", "../A2611", "A2611001\n", "A2611\0", "А2611001", "A" * 17, "．．／"]
)
def test_a_number_with_other_than_plain_ascii_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="半角"):
        parse_number(text)


def test_counting_starts_at_one() -> None:
    with pytest.raises(ValueError, match="count from 1"):
        parse_pattern("{seq:2}").write(DAY, 0)


@given(patterns(), DAYS, st.integers(1, 12_000))
def test_every_written_number_is_a_number(pattern: NumberPattern, on: dt.date, seq: int) -> None:
    if not pattern.grows:
        seq = seq % (10**pattern.width - 1) + 1
    assert parse_number(pattern.write(on, seq))


@given(patterns(), DAYS, DAYS, st.integers(1, 12_000), st.integers(1, 12_000))
def test_two_places_in_two_series_never_share_a_number(
    pattern: NumberPattern, day: dt.date, other_day: dt.date, seq: int, other_seq: int
) -> None:
    room = 10**pattern.width - 1
    seq, other_seq = (n if pattern.grows else n % room + 1 for n in (seq, other_seq))
    same_place = (pattern.period(day), seq) == (pattern.period(other_day), other_seq)
    assert (pattern.write(day, seq) == pattern.write(other_day, other_seq)) == same_place
