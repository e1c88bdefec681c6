import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from forms_service.domain.assumptions import MEANINGS, list_assumptions
from forms_service.domain.changes import Change, compare
from forms_service.domain.node import Node
from forms_service.domain.people import Band, Mark, Policy, Source
from forms_service.domain.problem import Place
from forms_service.store.yaml_text import read_document
from tests.domain.small_form import FIRM

DAY = dt.date(2026, 11, 24)
PLACE = Place("tax.yaml", 4, 12)
TAX = Policy("tax", "税率", dt.date(2026, 1, 1), (), (("tax_rate", "5%"),), confirmed=True, sha256="", place=PLACE)
LIMITS = replace(TAX, id="limits", title="核决权限", bands=(Band(None, "gm"),), settings=(), confirmed=False)


def mark(source: Source) -> Mark:
    return Mark("tax_rate", "5%", source, "办法没写", Place("tax.yaml", 7, 21))


def said(*policies: Policy) -> list[tuple[str, str, str]]:
    found = list_assumptions(replace(FIRM, policies=policies), DAY)
    return [(a.kind, a.of, a.name) for a in found]


def test_a_confirmed_table_without_assumed_values_assumes_nothing() -> None:
    assert said(TAX, replace(TAX, id="x", marks=(mark("law"), mark("practice"), mark("regulation")))) == []


def test_unconfirmed_limits_are_told_as_a_table_that_stops_posting() -> None:
    assert said(LIMITS) == [("limits", "limits", "")]
    assert "不能入账" in MEANINGS["limits"][1]


def test_an_assumed_value_is_told_at_its_own_line() -> None:
    (found,) = list_assumptions(replace(FIRM, policies=(replace(TAX, marks=(mark("assumption"),)),)), DAY)

    assert str(found) == "tax.yaml:7:21: 「税率」tax_rate = 5%（办法没写）"


def test_an_unconfirmed_table_is_told_once_unless_its_values_are_told_one_by_one() -> None:
    unconfirmed = replace(TAX, confirmed=False)

    assert said(unconfirmed) == [("table", "tax", "")]
    assert said(replace(unconfirmed, marks=(mark("assumption"),))) == [("value", "tax", "tax_rate")]


def test_a_superseded_version_is_not_told_and_one_to_come_is() -> None:
    old = replace(LIMITS, effective=dt.date(2025, 1, 1))
    later = replace(LIMITS, effective=dt.date(2027, 1, 1))

    assert len(said(old, LIMITS, later)) == 2


def test_an_assumption_of_the_calendar_is_told() -> None:
    org = replace(FIRM, calendar=replace(FIRM.calendar, marks=(mark("assumption"),)))

    assert [a.title for a in list_assumptions(replace(org, policies=()), DAY)] == ["公司日历"]


def nodes(**files: str) -> dict[str, Node]:
    def read() -> Iterator[tuple[str, Node]]:
        for name, text in files.items():
            node, _ = read_document(text.encode(), name)
            assert node is not None
            yield name, node

    return dict(read())


def test_changed_values_are_told_side_by_side() -> None:
    before = nodes(people="li: {name: 李, roles: [a, b], email: x}\nwang: {name: 王}\n", gone="a: 1\n")
    after = nodes(
        people="li: {name: 李, roles: [a, c]}\nwang: {name: 汪, manager: li}\n", new="- {up_to: 5}\n- {above: 5}\n"
    )

    assert compare(before, after) == (
        Change("gone", ("a",), "1", None),
        Change("people", ("li", "roles"), "a、b", "a、c"),
        Change("people", ("li", "email"), "x", None),
        Change("people", ("wang", "name"), "王", "汪"),
        Change("people", ("wang", "manager"), None, "li"),
        Change("new", ("1", "up_to"), None, "5"),
        Change("new", ("2", "above"), None, "5"),
    )


def test_a_comment_or_another_way_of_writing_changes_no_value() -> None:
    assert compare(nodes(a="x: {y: 1}\n"), nodes(a="# why\nx:\n  y: 1\n")) == ()
