import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from forms_service.archive.archive import Archive, ArchiveConflict, check_numbers
from forms_service.archive.catalogue import Catalogue
from forms_service.archive.gate import UnsafeName
from forms_service.domain.errors import NotFound
from tests.archive.samples import SEALED, copy, read_entry


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def month(archive: Archive) -> Path:
    """File three copies of November, and name their folder."""
    for number in ("A2611003", "A2611001", "A2611002"):
        archive.file_copy(*copy(number))
    return archive.folder / "accounting" / "2026-11"


def _codes(archive: Archive) -> list[str]:
    return [problem.code for problem in archive.check("accounting")]


def test_a_copy_is_filed_by_department_and_month_under_its_number(archive: Archive) -> None:
    pdf, entry = copy()
    path = archive.file_copy(pdf, entry)
    assert path.relative_to(archive.folder).as_posix() == "accounting/2026-11/A2611001.sales-allowance.2.pdf"
    assert path.read_bytes() == archive.read_copy("accounting", "2026-11", path.name) == pdf
    assert archive.entries("accounting", "2026-11") == (entry,)


def test_the_month_is_that_of_the_firms_own_clock(archive: Archive) -> None:
    pdf, entry = copy(sealed_at=dt.datetime(2026, 12, 1, 0, 30, tzinfo=SEALED.tzinfo))
    assert archive.file_copy(pdf, entry).parent.name == "2026-12"


def test_filing_the_same_copy_again_changes_nothing(archive: Archive) -> None:
    pdf, entry = copy()
    assert archive.file_copy(pdf, entry) == archive.file_copy(pdf, entry)
    assert archive.entries("accounting") == (entry,)
    assert _codes(archive) == []


def test_nothing_filed_is_overwritten(archive: Archive) -> None:
    pdf, first = copy()
    path = archive.file_copy(pdf, first)
    with pytest.raises(ArchiveConflict, match="没有覆盖"):
        archive.file_copy(*copy(customer="别家"))
    assert path.read_bytes() == pdf
    assert archive.entries("accounting") == (first,)


def test_an_entry_about_other_bytes_is_a_programmers_fault(archive: Archive) -> None:
    pdf, entry = copy()
    with pytest.raises(ValueError, match="not about these bytes"):
        archive.file_copy(pdf + b" ", entry)


def test_a_copy_lost_between_pdf_and_catalogue_is_entered_by_filing_again(archive: Archive, month: Path) -> None:
    (month / "catalogue.json").unlink()
    assert set(_codes(archive)) == {"unlisted_file"}
    for number in ("A2611001", "A2611002", "A2611003"):
        archive.file_copy(*copy(number))
    assert _codes(archive) == []


@pytest.mark.parametrize("text", ["2611002", "大昌", "ＡＢ1234", "12600", " 折让 "])
def test_a_search_looks_into_number_customer_title_and_index(archive: Archive, month: Path, text: str) -> None:
    archive.file_copy(*copy("B2611001", customer="别家", title="催办单", index=()))
    found = [entry.number for entry in archive.search("accounting", text)]
    assert found == (["A2611002"] if "2611002" in text else ["A2611001", "A2611002", "A2611003"])
    assert month.is_dir()


def test_departments_and_months_are_listed_and_strangers_are_not(archive: Archive, month: Path) -> None:
    archive.file_copy(*copy("A2612001", sealed_at=SEALED + dt.timedelta(days=20)))
    archive.file_copy(*copy(department="sales", copy_no=1))
    for stranger in ("_checkpoints", "．．", ".git"):
        (archive.folder / stranger).mkdir()
    (month.parent / "lost+found").mkdir()
    assert archive.departments() == ("accounting", "sales")
    assert archive.months("accounting") == ("2026-11", "2026-12")
    assert archive.months("nobody") == ()


def test_a_missing_file_is_found(archive: Archive, month: Path) -> None:
    (month / "A2611002.sales-allowance.2.pdf").unlink()
    assert _codes(archive) == ["missing_file"]


def test_a_changed_byte_is_found(archive: Archive, month: Path) -> None:
    path = month / "A2611002.sales-allowance.2.pdf"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"\n")
    assert [str(p.where) for p in archive.check("accounting")] == [f"accounting/2026-11/{path.name}"]
    assert _codes(archive) == ["changed_bytes"]


def test_a_file_without_an_entry_is_found(archive: Archive, month: Path) -> None:
    (month / "A2611009.sales-allowance.2.pdf").write_bytes(b"%PDF slipped in")
    assert _codes(archive) == ["unlisted_file"]


def test_an_entry_of_another_department_is_found(archive: Archive, month: Path) -> None:
    Catalogue(month).put(copy("A2611002", department="sales")[1])
    assert "misfiled" in _codes(archive)


def test_an_entry_that_says_other_than_its_pdf_is_found(archive: Archive, month: Path) -> None:
    Catalogue(month).put(replace(copy("A2611002")[1], customer="别家"))
    assert _codes(archive) == []
    assert [p.code for p in archive.check("accounting", read_entry)] == ["stale_entry"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"_default": {"1": {"number": "A2611001"}}}', '{"_default": 1}'])
def test_a_broken_catalogue_is_found_and_made_again_from_the_pdfs(archive: Archive, month: Path, text: str) -> None:
    before = archive.entries("accounting")
    (month / "catalogue.json").write_text(text)
    assert _codes(archive) == ["catalogue_damaged"]
    assert archive.rebuild("accounting", read_entry) == ()
    assert archive.entries("accounting") == before
    assert archive.check("accounting", read_entry) == ()


def test_a_rebuild_tells_what_it_leaves_out(archive: Archive, month: Path) -> None:
    (month / "A2611004.sales-allowance.2.pdf").write_bytes(b"no pdf")
    (month / "A2611005.sales-allowance.2.pdf").write_bytes(copy("A2611006")[0])
    assert [p.code for p in archive.rebuild("accounting", read_entry)] == ["unreadable_copy", "misfiled"]
    assert len(archive.entries("accounting")) == 3


def test_a_drawn_number_without_copy_or_excuse_is_a_gap() -> None:
    drawn = ("A2611001", "A2611002", "A2611003")
    assert [p.where for p in check_numbers(drawn, frozenset({"A2611001"}), frozenset({"A2611003"}))] == ["A2611002"]


@pytest.mark.parametrize(
    "department", ["../sales", "..", "．．／sales", "sales\0", "", "nul", "COM1", "/etc", "_hidden", "销售"]
)
def test_a_department_that_makes_no_safe_folder_is_refused(archive: Archive, department: str) -> None:
    with pytest.raises(UnsafeName):
        archive.file_copy(*copy(department=department))
    with pytest.raises(UnsafeName):
        archive.entries(department)
    assert not archive.folder.exists()


@pytest.mark.parametrize("number", ["../A1", "A２611001", "A/1", "A1\0", "", "CON", "A1.pdf", "．．／A1"])
def test_a_number_that_makes_no_safe_file_is_refused(archive: Archive, number: str) -> None:
    with pytest.raises(UnsafeName):
        archive.file_copy(*copy(number))
    assert not archive.folder.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../secret.pdf",
        "catalogue.json",
        "A2611001.sales-allowance.2.pdf/..",
        "A1.x.²..pdf",
        "A1.x.²·.pdf",
        "A1.x.².pdf",
    ],
)
def test_only_a_copys_own_name_is_read(archive: Archive, month: Path, name: str) -> None:
    assert month.is_dir()
    with pytest.raises(UnsafeName):
        archive.read_copy("accounting", "2026-11", name)


@pytest.mark.parametrize("odd_month", ["2026-13", "2026-1", "../x", "２０２６-11", "2026-11\n"])
def test_only_a_month_is_read(archive: Archive, odd_month: str) -> None:
    with pytest.raises(UnsafeName):
        archive.read_copy("accounting", odd_month, "A2611001.sales-allowance.2.pdf")


def test_a_link_out_of_the_archive_is_not_followed(archive: Archive, month: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (archive.folder / "sales").symlink_to(outside)
    (month / "A1.x.1.pdf").symlink_to(tmp_path / "secret")
    with pytest.raises(UnsafeName, match="指向外面"):
        archive.file_copy(*copy(department="sales"))
    with pytest.raises(UnsafeName, match="指向外面"):
        archive.read_copy("accounting", "2026-11", "A1.x.1.pdf")
    assert list(outside.iterdir()) == []


def test_a_copy_never_filed_is_not_found(archive: Archive) -> None:
    with pytest.raises(NotFound, match=r"A2611001\.sales-allowance\.2\.pdf"):
        archive.read_copy("accounting", "2026-11", "A2611001.sales-allowance.2.pdf")
