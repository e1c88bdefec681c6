import datetime as dt
import json
from dataclasses import replace

import pytest

from forms_service.domain.approval import (
    Approval,
    Kind,
    begins,
    forms_in_force,
    organisation_in_force,
    read_statement,
)
from forms_service.domain.snapshot import open_snapshot, take_snapshot

AT = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def approval(sha256: str, since: dt.datetime = AT, *, form: str = "", kind: Kind = "organisation") -> Approval:
    return Approval(kind, sha256, "公司", "org", dt.date(2026, 11, 24), since, "wang", AT, form)


def test_a_statement_is_read_back_as_it_was_signed() -> None:
    signed = approval("a" * 64, form="memo", kind="form")

    assert read_statement(signed.statement()) == signed


@pytest.mark.parametrize(
    "spoilt",
    [
        b"{}",
        b"[]",
        b"no json",
        approval("a").statement() + b"\n",
        json.dumps(json.loads(approval("a").statement())).encode(),
        approval("a").statement().replace(b'"organisation",', b'"policy",'),
        approval("a").statement().replace(b"forms approval 1", b"forms approval 2"),
        approval("a").statement().replace(b'"version":0', b'"version":0,"more":1'),
    ],
)
def test_bytes_that_are_not_exactly_a_statement_are_refused(spoilt: bytes) -> None:
    with pytest.raises(ValueError, match=r"approval|Expecting"):
        read_statement(spoilt)


def test_an_approval_begins_with_its_day_in_the_firms_zone() -> None:
    assert begins(dt.date(2026, 12, 1), AT, "Asia/Shanghai") == dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)


def test_an_approval_of_today_begins_when_it_is_signed() -> None:
    assert begins(dt.date(2026, 11, 24), AT, "Asia/Shanghai") == AT


def test_nothing_is_in_force_before_its_moment() -> None:
    signed = (approval("a", AT + DAY),)

    assert organisation_in_force(signed, AT + DAY - dt.timedelta(microseconds=1)) is None
    assert organisation_in_force(signed, AT + DAY) == signed[0]


def test_the_later_beginning_wins_whatever_was_signed_first() -> None:
    december, november = approval("december", AT + 7 * DAY), approval("november", AT)

    assert organisation_in_force((december, november), AT + DAY) == november
    assert organisation_in_force((december, november), AT + 7 * DAY) == december


def test_of_two_beginning_together_the_one_signed_last_wins() -> None:
    first, second = approval("first"), approval("second")

    assert organisation_in_force((first, second), AT) == second


def test_each_form_has_its_own_version_in_force() -> None:
    signed = (
        approval("org"),
        approval("memo 1", form="memo", kind="form"),
        approval("slip 1", form="slip", kind="form"),
        approval("memo 2", AT + DAY, form="memo", kind="form"),
    )

    assert [a.sha256 for a in forms_in_force(signed, AT)] == ["memo 1", "slip 1"]
    assert [a.sha256 for a in forms_in_force(signed, AT + DAY)] == ["memo 2", "slip 1"]


def test_an_earlier_version_comes_back_when_it_is_approved_again() -> None:
    first = approval("memo 1", form="memo", kind="form")
    signed = (first, replace(first, sha256="memo 2", since=AT + DAY), replace(first, since=AT + 2 * DAY))

    assert [a.sha256 for a in forms_in_force(signed, AT + 2 * DAY)] == ["memo 1"]


def test_one_changed_byte_is_another_snapshot_and_the_order_of_files_is_none() -> None:
    files = {"a.yaml": b"a: 1\n", "b.yaml": b"b: 2\n"}
    turned = dict(reversed(files.items()))

    assert take_snapshot(files) == take_snapshot(turned)
    assert take_snapshot({**files, "b.yaml": b"b: 2"}).sha256 != take_snapshot(files).sha256
    assert open_snapshot(take_snapshot(files).content) == files
