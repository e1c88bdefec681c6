"""`forms verify` on many files; and the same verdict wherever one asks."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forms_service.cli import main
from forms_service.cli.verifying import printable, width
from forms_service.signing.verify import verify
from tests.signing import foreign
from tests.tampering import stamps
from tests.web.site import Site, open_site

NOT_TO_BE_READ = "/proc/self/mem"
"""A file that no reader can read from its start."""
MANY = 300
"""More files than are judged while one line is read."""
_FORMS = "import sys; from forms_service.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = open_site(tmp_path_factory.mktemp("site"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def files(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file of each kind, some below it, and one that is no PDF."""
    document = site.finished()
    folder = tmp_path_factory.mktemp("来件")
    (folder / "会计").mkdir()
    sealed = site.copy(document, 2)
    (folder / "会计" / "第二联.pdf").write_bytes(sealed)
    (folder / "会计" / "改过的.PDF").write_bytes(sealed + b"\n")
    (folder / "a-draft.pdf").write_bytes(site.world.office.blobs.get(document.head))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "letter.txt").write_text("no PDF")
    (folder / "trust.pem").write_bytes(site.world.office.authority.trust_pem())
    return folder


def _run(files: Path, *arguments: str) -> int:
    return main(["verify", *arguments, "--trust", str(files / "trust.pem")])


def test_a_folder_gives_a_table_in_which_every_file_has_its_line(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(files, str(files), "--jobs", "2") == 1
    told = capsys.readouterr()
    head, *lines = told.out.splitlines()
    assert head.split() == ["文件", "结论", "单号", "理由"]
    assert [line.split("  ")[0] for line in lines] == [
        "a-draft.pdf",
        "broken.pdf",
        str(Path("会计/改过的.PDF")),
        str(Path("会计/第二联.pdf")),
    ]
    assert [line.split()[1] for line in lines] == ["请人工判断", "不可采信", "不可采信", "可以采信"]
    assert "第 1 项「签章覆盖整个文件」" in lines[2]
    assert lines[3].endswith("第 2 联")
    assert told.err == "4 份：可以采信 1，不可采信 2，请人工判断 1。\n"


def test_what_is_left_to_a_person_says_in_the_table_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.pdf").write_bytes(foreign.signed(foreign.page(), amount="250.00"))
    (tmp_path / "unread.pdf").write_bytes(foreign.stamped(foreign.page(), stamps()))
    assert main(["--data", str(tmp_path / "nothing"), "verify", str(tmp_path)]) == 2
    letter, stamped = capsys.readouterr().out.splitlines()[1:]
    assert letter.split(maxsplit=2)[2].startswith("还没有人替签章人作保——")
    assert stamped.split(maxsplit=2)[2] == "上面没有任何人的签章。"


def test_the_tables_columns_stand_below_one_another(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(files, str(files))
    lines = capsys.readouterr().out.splitlines()
    words = ("结论", "请人工判断", "不可采信", "不可采信", "可以采信")
    assert len({width(line[: line.index(word)]) for line, word in zip(lines, words, strict=True)}) == 1


def test_a_long_name_leaves_room_for_the_verdict(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("blank.pdf", "信" * 60 + "-1.pdf"):
        (tmp_path / name).write_bytes((files / "broken.pdf").read_bytes())
    _run(files, str(tmp_path))
    _, long = capsys.readouterr().out.splitlines()[1:]
    assert long.startswith("…信信")
    assert "信-1.pdf  不可采信" in long
    assert width(long[: long.index("不可采信")]) <= 64


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("会计/第二联.pdf", "会计/第二联.pdf", "会计/第?联.pdf"), 0),
        (("会计",), 1),
        (("会计/第二联.pdf", "a-draft.pdf"), 2),
        (("broken.pdf", "会计/第二联.pdf"), 1),
        ((NOT_TO_BE_READ, "会计/第二联.pdf"), 3),
        ((NOT_TO_BE_READ, "a-draft.pdf"), 2),
        ((NOT_TO_BE_READ, "a-draft.pdf", "会计/改*"), 1),
        (("**/*.pdf",), 1),
    ],
)
def test_the_exit_code_is_that_of_the_worst(files: Path, names: tuple[str, ...], code: int) -> None:
    assert _run(files, *(str(files / name) for name in names)) == code


def test_many_files_for_a_program_are_one_document_a_line(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(files, str(files), "--json", "--jobs", "2")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["verdict"] for each in told] == ["review", "refused", "refused", "accepted"]
    assert Path(told[3]["file"]).name == "第二联.pdf"


def test_who_has_heard_enough_of_a_table_gets_no_traceback(files: Path) -> None:
    command = [sys.executable, "-c", _FORMS, "verify", str(files), "--json", "--trust", str(files / "trust.pem")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read().decode()
    assert (started.returncode, "Traceback" in said) == (141, False)


def test_the_report_is_written_though_nobody_reads_the_verdict(files: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    command = [sys.executable, "-c", _FORMS, "verify", str(files / "broken.pdf"), "--report", str(report)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as started:
        assert started.stdout is not None
        started.stdout.close()
    assert started.returncode == 141
    assert "不可采信" in report.read_text(encoding="utf-8")


def test_each_file_is_told_as_soon_as_it_is_judged_and_what_was_told_before_a_stop_stays(
    files: Path, tmp_path: Path
) -> None:
    for number in range(MANY):
        (tmp_path / f"{number:03}.pdf").hardlink_to(files / "会计" / "第二联.pdf")
    command = [
        sys.executable,
        "-c",
        _FORMS,
        "verify",
        str(tmp_path),
        "--jobs",
        "1",
        "--trust",
        str(files / "trust.pem"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        head, first = started.stdout.readline(), started.stdout.readline()
        started.send_signal(signal.SIGINT)
        rest, said = started.communicate()
    assert (head.split()[0], first.split()[:2]) == ("文件", ["000.pdf", "可以采信"])
    assert len(rest.splitlines()) < MANY - 1
    assert (started.returncode, said) == (130, "中途停下了；已经写出的都算数，其余没有做。\n")


def test_without_a_trust_file_what_was_altered_is_found_and_nobody_is_believed(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(foreign.signed(foreign.page(), amount="250.00"))
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(letter.read_bytes() + b"%")
    here = ["--data", str(tmp_path / "nothing"), "verify"]
    assert [main([*here, str(file)]) for file in (letter, altered)] == [2, 1]
    told = capsys.readouterr()
    assert "认不出签章人是谁。要认，请加 --trust trust.pem。" in told.err
    assert main([*here, str(files / "会计" / "第二联.pdf")]) == 2
    assert "请向公司索取信任文件" in capsys.readouterr().out.splitlines()[0]


def test_a_program_is_told_of_a_file_that_cannot_be_opened(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(files, NOT_TO_BE_READ, "--json") == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["error"][:3]) == (None, "打不开")


def test_a_file_without_end_is_not_read(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "sparse.pdf").open("wb") as sparse:
        sparse.truncate(1 << 40)
    assert _run(files, str(tmp_path / "sparse.pdf"), str(files / "会计" / "第二联.pdf")) == 3
    assert "文件有 1048576 MiB，太大，没有读" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nowhere.pdf", "*.docx", "会计/none"])
def test_a_name_that_leads_to_no_file_is_the_callers_fault(
    files: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(files, str(files / name)) == 2
    assert "里没有 PDF 文件" in capsys.readouterr().err


def test_what_would_steer_a_terminal_is_shown_as_a_mark() -> None:
    assert printable("单\x1b[2J号\n") == "单�[2J号�"
    assert width("单e\u0301号") == 5


def _but_check_16(told: Any) -> Any:
    """Leave out what differs by design: the record of what could be known there, and the process it was judged in."""
    kept = [check for check in told["checks"] if check["no"] != 16]
    return {**told, "checks": kept}


def test_web_api_command_line_and_offline_come_to_the_same_verdict(
    site: Site, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, visitor = site.world.office, site.visitor()
    for file in (files / "会计" / "改过的.PDF", files / "会计" / "第二联.pdf", files / "a-draft.pdf"):
        pdf = file.read_bytes()
        _run(files, str(file), "--json")
        command = json.loads(capsys.readouterr().out)
        offline = json.loads(verify(pdf, office.trust, None, office.now(), office.fonts).to_json())
        api = visitor.client.post("/api/verify", data=pdf, content_type="application/pdf").json
        form = visitor.page("/verify").form("/verify").fields
        page = visitor.client.post("/verify", data={**form, "file": (io.BytesIO(pdf), file.name)}).text
        assert _but_check_16(command) == _but_check_16(offline)
        assert api is not None
        assert api["verdict"] == command["verdict"]
        assert [check["no"] for check in api["checks"] if check["result"] == "fail"] == [
            check["no"] for check in command["checks"] if check["result"] == "fail"
        ]
        assert f'class="verdict {command["verdict"]}"' in page
