"""An inspection judges every filed copy as it lies in its folder, and tells an auditor what the archive proves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.archive.entry import CatalogueEntry
from forms_service.settings import ROOT
from forms_service.signing.apart import Judges
from forms_service.workflow.inspecting import Inspected, inspect_archive, summaries
from tests import spoiling
from tests.signing.lasting import YEAR
from tests.tampering import append
from tests.test_renewing import copies, world
from tests.world import START, World

__all__ = ["world"]  # the fixture of a finished allowance


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(ROOT / "fonts", at_once=2, spare=0) as pool:
        yield pool


def inspected(world: World, judges: Judges) -> tuple[Inspected, ...]:
    return tuple(inspect_archive(world.office, judges, jobs=2))


def outcomes(world: World, judges: Judges) -> dict[str, str]:
    return {each.entry.department: each.outcome for each in inspected(world, judges)}


def place(world: World, entry: CatalogueEntry) -> Path:
    return world.office.archive.folder / entry.department / entry.month / entry.file_name


def first(world: World) -> Path:
    """Give the file of the accounting copy, to be written to."""
    (entry,) = world.office.archive.entries("accounting")
    path = place(world, entry)
    path.chmod(0o600)
    return path


def test_every_filed_copy_is_accepted_and_lasts(world: World, judges: Judges) -> None:
    found = inspected(world, judges)
    assert {each.entry.sha256 for each in found} == {copy.sha256 for copy in copies(world)}
    assert all((each.outcome, each.lasting, each.reason) == ("accepted", True, "") for each in found)


def test_an_altered_copy_is_refused_and_its_neighbour_is_not(world: World, judges: Judges) -> None:
    path = first(world)
    path.write_bytes(append(path.read_bytes(), spoiling.leave_loose))
    assert sorted(outcomes(world, judges).items()) == [("accounting", "refused"), ("sales", "accepted")]


def test_another_department_s_copy_in_its_place_is_refused(world: World, judges: Judges) -> None:
    path = first(world)
    (other,) = world.office.archive.entries("sales")
    path.write_bytes(place(world, other).read_bytes())
    (refused,) = (each for each in inspected(world, judges) if each.outcome == "refused")
    assert refused.verdict is not None
    assert [check.no for check in refused.verdict.failed] == [15]


def test_a_copy_that_is_gone_is_said(world: World, judges: Judges) -> None:
    first(world).unlink()
    (gone,) = (each for each in inspected(world, judges) if each.verdict is None)
    assert (gone.outcome, gone.entry.department, bool(gone.reason)) == ("unreadable", "accounting", True)


def test_what_is_no_pdf_in_a_copys_place_is_refused(world: World, judges: Judges) -> None:
    first(world).write_bytes(b"hello")
    assert outcomes(world, judges)["accounting"] == "refused"


def test_copies_whose_timestamp_ended_prove_no_more_by_themselves(world: World, judges: Judges) -> None:
    world.clock.at = START + 21 * YEAR
    found = inspected(world, judges)
    assert {(each.outcome, each.lasting) for each in found} == {("review", False)}


def test_an_auditor_reads_the_sums_of_each_department(world: World, judges: Judges) -> None:
    path = first(world)
    path.write_bytes(append(path.read_bytes(), spoiling.leave_loose))
    sums = {summary.department: summary for summary in summaries(inspected(world, judges))}
    assert {name: (s.copies, dict(s.outcomes), s.lasting) for name, s in sums.items()} == {
        "accounting": (1, {"refused": 1}, 0),
        "sales": (1, {"accepted": 1}, 1),
    }
    assert {(s.first, s.last) for s in sums.values()} == {("2026-11-24", "2026-11-24")}
