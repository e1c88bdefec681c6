import json
import multiprocessing
import resource
import signal
import subprocess
import sys
from pathlib import Path

from forms_service.archive.archive import Archive
from forms_service.archive.catalogue import Catalogue
from tests.archive.samples import copy

_FILE_FOR_EVER = """
import sys
from pathlib import Path
from forms_service.archive.archive import Archive
from tests.archive.samples import copy
for count in range(10_000):
    Archive(Path(sys.argv[1])).file_copy(*copy(f"{sys.argv[2]}{count:05}"))
    print(f"{sys.argv[2]}{count:05}", flush=True)
"""


def _file_many(folder: Path, letter: str, times: int) -> None:
    for count in range(times):
        Archive(folder).file_copy(*copy(f"{letter}{count:03}"))


def _put_past_the_limit(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500, 1_500))
    try:
        Catalogue(folder).put(copy("A3")[1])
    except OSError:
        sys.exit(7)


def test_four_processes_lose_no_entry(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.starmap(_file_many, [(tmp_path, letter, 15) for letter in "ABCD"])
    archive = Archive(tmp_path)
    assert len(archive.entries("accounting")) == 60
    assert archive.check("accounting") == ()


def test_a_kill_while_filing_leaves_a_catalogue_that_filing_again_completes(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    told: list[str] = []
    for letter, lines in (("A", 1), ("B", 4), ("C", 9)):
        process = subprocess.Popen(
            [sys.executable, "-c", _FILE_FOR_EVER, str(tmp_path), letter], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        told += [process.stdout.readline().strip() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        entered = {entry.number for entry in archive.entries("accounting")}
        assert set(told) <= entered
    for problem in archive.check("accounting"):
        assert problem.code == "unlisted_file"
        archive.file_copy(*copy(str(problem.where).split("/")[-1].split(".")[0]))
    assert archive.check("accounting") == ()


def test_a_full_disk_leaves_the_old_catalogue_and_no_leftover(tmp_path: Path) -> None:
    for number in ("A1", "A2"):
        Catalogue(tmp_path).put(copy(number)[1])
    process = multiprocessing.get_context("spawn").Process(target=_put_past_the_limit, args=(tmp_path,))
    process.start()
    process.join()
    assert process.exitcode == 7
    assert [entry.number for entry in Catalogue(tmp_path).entries()] == ["A1", "A2"]
    assert list(tmp_path.glob(".*.tmp")) == []


def test_the_catalogue_is_plain_to_read(tmp_path: Path) -> None:
    Catalogue(tmp_path).put(copy()[1])
    text = (tmp_path / "catalogue.json").read_text("utf-8")
    assert "大昌行" in text
    assert json.loads(text)["_default"]["1"]["index"] == {
        "no": "A2611001",
        "invoice_no": "AB12345678",
        "grand_total": "12,600.00",
    }


def test_an_empty_folder_has_no_entries_and_gets_no_file(tmp_path: Path) -> None:
    assert Catalogue(tmp_path).entries() == ()
    assert list(tmp_path.iterdir()) == []
