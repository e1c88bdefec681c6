"""Policies: dated tables of limits and settings. Reading one file of them, and what is in force on a day.

Bands are written by their upper edge alone, so that most gaps and overlaps cannot be written; the rest are faults.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from forms_service.domain.entries import Entries, inside, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import number_of, read_date, read_id, read_money
from forms_service.domain.marks import read_marked
from forms_service.domain.money import Money
from forms_service.domain.node import Node
from forms_service.domain.people import Band, Mark, Organisation, Policy
from forms_service.domain.problem import Place

KEYS = ("policy", "title", "effective", "confirmed", "currency", "bands", "settings")
BAND_KEYS = ("up_to", "above", "decides")

_DECIDES = re.compile(r"role +(?P<role>\S+)")


def parse_policy(
    node: Node, sha256: str, roles: Mapping[str, str], currency: str | None, faults: Faults
) -> Policy | None:
    """Read one dated table; `sha256` is of the file's bytes, `roles` (id to name) and `currency` are the firm's."""
    entries = read_entries(node, faults, KEYS)
    if entries is None:
        return None
    bands = _read_bands(entries, roles, currency)
    settings, marks = _read_settings(entries)
    if not entries.has("bands") and not entries.has("settings"):
        faults.add(entries.place, "empty_policy", "这份表既没有 bands 也没有 settings。", "write bands or settings")
    policy_id = read_id(entries.scalar("policy", required=True), faults)
    title = entries.text("title", required=True)
    effective = read_date(entries.scalar("effective", required=True), faults)
    confirmed = entries.word("confirmed", ("yes", "no"), required=True)
    if policy_id is None or title is None or effective is None or confirmed is None:
        return None
    place = (entries.scalar("confirmed") or entries).place
    return Policy(policy_id, title, effective, bands, settings, confirmed == "yes", sha256, marks, place)


def settings_in_force(org: Organisation, on: dt.date) -> Mapping[str, Decimal | str]:
    """Return every named setting in force on a day, by name; percents as fractions (`5%` is 0.05)."""
    in_force = (org.policy(policy_id, on) for policy_id in {policy.id for policy in org.policies})
    return {name: setting_value(text) for policy in in_force if policy is not None for name, text in policy.settings}


def setting_value(text: str) -> Decimal | str:
    """Read a setting as written: a number, a percent as its fraction, else the text itself."""
    number = number_of(text)
    return text if number is None else number


@dataclass(frozen=True, slots=True)
class _Edge:
    """A band as written: its one edge, where that stands, and who decides."""

    above: bool
    amount: Money
    place: Place
    role: str


def _read_settings(entries: Entries) -> tuple[tuple[tuple[str, str], ...], tuple[Mark, ...]]:
    """Read the named values, and the marks of those that say where they come from."""
    settings: list[tuple[str, str]] = []
    marks: list[Mark] = []
    for written, node in entries.pairs("settings"):
        name = read_id(written, entries.faults)
        value, mark = read_marked(written.text, node, entries.faults)
        if name is not None and value is not None:
            settings.append((name, value.text))
            marks += [mark] if mark is not None else []
    return tuple(settings), tuple(marks)


def _read_bands(entries: Entries, roles: Mapping[str, str], currency: str | None) -> tuple[Band, ...]:
    items = entries.items("bands")
    if not items:
        return ()
    _check_currency(entries, currency)
    edges = [_read_edge(item, roles, entries.faults) for item in items]
    whole = [edge for edge in edges if edge is not None]
    if len(whole) == len(edges):
        _check_edges(whole, entries.faults)
    return tuple(Band(None if edge.above else edge.amount, edge.role) for edge in whole)


def _check_currency(entries: Entries, currency: str | None) -> None:
    written = entries.scalar("currency", required=True)
    if written is not None and currency is not None and written.text != currency:
        entries.faults.add(
            written.place,
            "other_currency",
            f"限额写的是 {written.text}，公司本位币是 {currency}。请换算成 {currency}。",
            f"limits are in {written.text}, the firm's currency is {currency}",
        )


def _read_edge(item: Node, roles: Mapping[str, str], faults: Faults) -> _Edge | None:
    band = read_entries(item, faults, BAND_KEYS)
    if band is None:
        return None
    role = _read_decider(band, roles)
    up_to, above = band.scalar("up_to"), band.scalar("above")
    written = up_to or above
    if written is None or (up_to is not None and above is not None):
        faults.add(band.place, "band_edge", "每档恰好写一个 up_to 或 above。", "a band has either up_to or above")
        return None
    amount = read_money(written, faults)
    if amount is None or role is None:
        return None
    return _Edge(above is not None, amount, written.place, role)


def _read_decider(band: Entries, roles: Mapping[str, str]) -> str | None:
    written = band.scalar("decides", required=True)
    if written is None:
        return None
    match = _DECIDES.fullmatch(written.text)
    if match is None:
        band.faults.add(
            written.place,
            "bad_decider",
            f"「{written.text}」应写成「role 角色」，如 role gm。",
            f"'{written.text}' should read 'role NAME', e.g. role gm",
        )
        return None
    role = match["role"]
    if role not in roles:
        band.faults.add_unknown(inside(written, match.start("role")), "unknown_role", ("角色", "role"), role, roles)
        return None
    return role


def _check_edges(edges: list[_Edge], faults: Faults) -> None:
    """Hold that the bands cover (0, infinity) once: edges rise, and the last band begins where the one before ends."""
    reached = Decimal(0)
    for edge in edges[:-1]:
        if edge.above or edge.amount <= reached:
            _note_overlap(edge, reached, faults)
        reached = edge.amount
    last = edges[-1]
    if not last.above:
        _note_gap(last.place, f"超过 {last.amount} 的金额", f"amounts above {last.amount}", faults)
    elif last.amount > reached:
        _note_gap(last.place, f"{reached} 到 {last.amount} 的金额", f"amounts from {reached} to {last.amount}", faults)
    elif last.amount < reached:
        _note_overlap(last, reached, faults)


def _note_overlap(edge: _Edge, reached: Money, faults: Faults) -> None:
    faults.add(
        edge.place,
        "band_overlap",
        f"这一档的界 {edge.amount} 与前面已到 {reached} 的一档重叠。请由小到大写 up_to，最后一档写 above。",
        f"edge {edge.amount} overlaps the bands before it, which reach {reached}",
    )


def _note_gap(place: Place, chinese: str, english: str, faults: Faults) -> None:
    faults.add(place, "band_gap", f"{chinese}没有人核决。请补一档。", f"nobody decides {english}")
