import os
from pathlib import Path

import pytest

from forms_service.durable import make_folder, write_new, write_over


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    write_new(tmp_path / "a", b"first")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"first"


def test_a_file_written_over_holds_the_new_bytes_only(tmp_path: Path) -> None:
    write_over(tmp_path / "a", b"the first and longer bytes")
    write_over(tmp_path / "a", b"second")
    assert (tmp_path / "a").read_bytes() == b"second"


def test_no_write_leaves_its_temporary_file(tmp_path: Path) -> None:
    write_over(tmp_path / "a", b"")
    write_new(tmp_path / "b", b"")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "b", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_over(tmp_path / "folder", b"")
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "folder"]  # noqa: PTH208  # with the hidden names


def test_nobody_else_on_the_machine_reads_the_files(tmp_path: Path) -> None:
    write_over(tmp_path / "a", b"")
    write_new(tmp_path / "b", b"")
    assert [path.stat().st_mode & 0o777 for path in sorted(tmp_path.iterdir())] == [0o640, 0o440]


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c")
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
