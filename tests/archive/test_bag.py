import datetime as dt
import subprocess
from pathlib import Path

import pytest

from forms_service.archive.archive import Archive
from forms_service.archive.bag import BagExists, check_bag, pack_bag
from forms_service.domain.errors import ProblemsFound
from tests.archive.samples import copy

AT = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """File two copies."""
    filled = Archive(tmp_path / "archive")
    for number in ("A2611001", "A2611002"):
        filled.file_copy(*copy(number))
    return filled


@pytest.fixture
def bag(archive: Archive, tmp_path: Path) -> Path:
    return pack_bag(archive, "accounting", "2026-11", tmp_path / "bag", firm="大方\n公司", at=AT)


def test_a_bag_holds_the_copies_and_their_catalogue(bag: Path) -> None:
    assert sorted(path.name for path in (bag / "data").iterdir()) == [
        "A2611001.sales-allowance.2.pdf",
        "A2611002.sales-allowance.2.pdf",
        "catalogue.json",
    ]
    assert check_bag(bag) == ()


def test_a_bag_is_checked_with_a_common_tool(bag: Path) -> None:
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run(["sha256sum", "--strict", "-c", manifest], cwd=bag, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_bag_says_what_it_is(bag: Path) -> None:
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    described = (bag / "bag-info.txt").read_text("utf-8").splitlines()
    assert described[:3] == [
        "Source-Organization: 大方 公司",
        "External-Identifier: accounting/2026-11",
        "Bagging-Date: 2026-12-01",
    ]


def test_every_change_to_a_bag_shows(bag: Path) -> None:
    data = bag / "data"
    (data / "A2611001.sales-allowance.2.pdf").unlink()
    changed = data / "A2611002.sales-allowance.2.pdf"
    changed.chmod(0o600)
    changed.write_bytes(b"other")
    (data / "slipped-in.pdf").write_bytes(b"new")
    assert [p.code for p in check_bag(bag)] == ["missing_file", "changed_bytes", "unlisted_file"]


def test_a_bag_without_its_manifest_is_not_whole(bag: Path) -> None:
    (bag / "manifest-sha256.txt").unlink()
    assert "missing_file" in {p.code for p in check_bag(bag)}


def test_a_faulty_month_is_not_packed(archive: Archive, tmp_path: Path) -> None:
    (archive.folder / "accounting/2026-11/A2611001.sales-allowance.2.pdf").unlink()
    with pytest.raises(ProblemsFound):
        pack_bag(archive, "accounting", "2026-11", tmp_path / "bag", firm="大方", at=AT)
    assert not (tmp_path / "bag").exists()


def test_a_bag_is_not_packed_over_another(archive: Archive, bag: Path) -> None:
    with pytest.raises(BagExists):
        pack_bag(archive, "accounting", "2026-11", bag, firm="大方", at=AT)
