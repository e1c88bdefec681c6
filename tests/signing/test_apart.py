"""Check 16: whatever a file does to the process that judges it, there is a verdict, and the next file is judged."""

import datetime as dt
import functools
import itertools
import json
import os
import resource
import select
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.domain.errors import Busy, Unreadable
from forms_service.pdf.read import page_png, read_printed
from forms_service.signing.apart import Judges
from forms_service.signing.expected import Expected
from forms_service.signing.messages import MIB, Limits
from forms_service.signing.verdict import Verdict
from forms_service.signing.verify import verify
from tests.signing.crowd import Crowd, end, kill, processes, servers, told_children
from tests.signing.hostile import HOSTILE, file_that
from tests.tampering import AT, ROOT, Desk, fonts, trust

FONTS = ROOT / "fonts"
DESK = Desk()
PATHS = os.pathsep.join(filter(None, sys.path))
PATIENT = Limits(wall_s=120.0, cpu_s=1)
"""For a machine that may be busy: what is counted is the process's own time."""


@functools.cache
def sealed() -> bytes:
    return DESK.seal(DESK.finish())


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(FONTS, at_once=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def driven() -> Iterator[Judges]:
    """Judges that a file brings to whatever it says."""
    with Judges(FONTS, at_once=1, limits=PATIENT, judge=f"{HOSTILE}:turn") as pool:
        yield pool


def _judge(pool: Judges, pdf: bytes) -> Verdict:
    return pool.judge(pdf, trust(), AT)


def _failed(verdict: Verdict) -> tuple[int, str]:
    assert verdict.verdict == "refused"
    return verdict.failed[0].no, verdict.failed[0].detail


def test_an_honest_copy_is_accepted_and_was_judged_apart(judges: Judges) -> None:
    verdict = _judge(judges, sealed())
    assert verdict.verdict == "accepted"
    assert (verdict.checks[15].name, verdict.checks[15].result) == ("judged_apart", "pass")


def test_the_verdict_is_the_one_that_is_given_in_process_but_for_check_16(judges: Judges) -> None:
    apart, here = _judge(judges, sealed()), verify(sealed(), trust(), None, AT, fonts())
    assert here.checks[15].result == "not_checked"
    assert (apart.checks[:15], apart.signatures, apart.printed) == (here.checks[:15], here.signatures, here.printed)
    assert apart.not_checked_here == here.not_checked_here


def test_an_altered_copy_is_refused_by_the_check_that_owns_the_fault(judges: Judges) -> None:
    verdict = _judge(judges, sealed() + b" ")
    assert _failed(verdict)[0] == 1
    assert verdict.checks[15].result == "pass"


@pytest.mark.parametrize("pdf", [b"hello", b"%PDF-1.7 not signed"])
def test_what_is_no_signed_pdf_is_refused_apart_too(judges: Judges, pdf: bytes) -> None:
    assert _failed(_judge(judges, pdf))[0] == (3 if pdf.startswith(b"%PDF") else 7)


def test_the_house_is_asked_for_the_document_that_the_file_names(judges: Judges) -> None:
    asked = []

    def find(document_id: str) -> Expected:
        asked.append(document_id)
        return Expected(document_id, frozenset(), ())

    verdict = judges.judge(sealed(), trust(), AT, find)
    assert asked == [DESK.document_id]
    assert verdict.verdict == "refused"


def test_a_fault_of_the_house_while_it_is_asked_is_its_own_and_the_next_file_is_judged(judges: Judges) -> None:
    def find(document_id: str) -> Expected:
        raise LookupError(document_id)

    with pytest.raises(LookupError):
        judges.judge(sealed(), trust(), AT, find)
    assert _judge(judges, sealed()).verdict == "accepted"


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("loop", "1 秒处理器时间"),
        ("hog", "内存超过 1 GiB"),
        ("die", "意外结束"),
        ("crash", "意外结束"),
        ("leave", "意外结束（代码 7）"),
        ("fail", "出错（KeyError）"),
        ("connect", "不该有的举动（socket."),
        ("look_up", "不该有的举动（socket.getaddrinfo）"),
        ("run", "不该有的举动（subprocess.Popen）"),
        ("write", "不该有的举动（open）"),
        ("hide", "不该有的举动（socket.getaddrinfo）"),
        ("fork", "不该有的举动（os.fork）"),
        ("signal_the_house", "不该有的举动（os.kill）"),
        ("flood", "答得不成样子"),
    ],
)
def test_whatever_a_file_does_refuses_it_and_the_next_one_is_judged(driven: Judges, act: str, reason: str) -> None:
    no, detail = _failed(_judge(driven, file_that(act)))
    assert no == 16
    assert reason in detail
    assert "请向出具的人索取原件" in detail
    assert _judge(driven, sealed()).verdict == "accepted"


def test_a_file_that_keeps_its_process_waiting_is_refused_by_the_clock() -> None:
    with Judges(FONTS, at_once=1, limits=Limits(wall_s=0.2), judge=f"{HOSTILE}:turn") as pool:
        for _ in range(2):
            assert _failed(_judge(pool, file_that("pause"))) == (
                16,
                "查验超过 0.2 秒还没有完，已经停止。请向出具的人索取原件。",
            )


def test_a_process_has_no_secret_of_ours_and_no_network_where_the_machine_allows_it(driven: Judges) -> None:
    with pytest.raises(Unreadable) as told:
        _judge(driven, file_that("tell_of_itself"))
    seen = json.loads(str(told.value))
    assert set(seen["environment"]) <= {"PYTHONPATH", "LANG", "LC_CTYPE"}
    assert not driven.warm().without_network or seen["networks"] == ["lo"]


def test_the_kernel_refuses_machine_code_what_python_refuses_a_judge(driven: Judges) -> None:
    with pytest.raises(Unreadable) as told:
        _judge(driven, file_that("call_the_kernel"))
    came_of = json.loads(str(told.value))
    needed = {name: came_of.pop(name) for name in ("pair", "read", "itself")}
    assert set(came_of.values()) == {"EPERM"}, came_of
    assert set(needed.values()) == {"done"}, needed
    assert _judge(driven, sealed()).verdict == "accepted"


def test_a_process_that_is_killed_in_the_middle_of_a_file_refuses_that_file_alone() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=101)) as pool:

        def find(document_id: str) -> Expected | None:
            del document_id
            (child,) = processes(101)
            os.kill(child, signal.SIGKILL)
            return None

        before = pool.judge(sealed(), trust(), AT, find)
        assert _failed(before)[0] == 16
        assert _judge(pool, sealed()).verdict == "accepted"


def test_a_process_killed_while_idle_is_replaced_before_the_next_file() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=102)) as pool:
        pool.warm()
        kill(102)
        assert _judge(pool, sealed()).verdict == "accepted"


def test_a_process_is_replaced_after_so_many_files() -> None:
    with Judges(FONTS, at_once=1, limits=Limits(files=2)) as pool:
        assert [_judge(pool, sealed()).verdict for _ in range(5)] == ["accepted"] * 5


def test_a_process_that_once_took_much_memory_is_replaced() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=107), judge=f"{HOSTILE}:turn") as pool:
        pool.warm()
        before = processes(107)
        assert "出错" not in _failed(_judge(pool, file_that("gorge")))[1]
        assert processes(107) == []
        assert _judge(pool, sealed()).verdict == "accepted"
        assert not set(processes(107)) & set(before)


def test_a_verdict_that_takes_too_much_memory_to_be_written_is_a_refusal() -> None:
    limits = Limits(memory_bytes=512 * MIB)
    with Judges(FONTS, at_once=1, limits=limits, judge=f"{HOSTILE}:swell") as pool:
        assert "意外结束" in _failed(_judge(pool, sealed()))[1]


def test_an_answer_about_another_file_is_not_believed() -> None:
    with Judges(FONTS, at_once=1, judge=f"{HOSTILE}:lie") as pool:
        assert "答的不是这份文件" in _failed(_judge(pool, sealed()))[1]


def test_a_process_that_asks_without_end_is_not_believed() -> None:
    with Judges(FONTS, at_once=1, judge=f"{HOSTILE}:chatter") as pool:
        assert "答得不成样子" in _failed(_judge(pool, sealed()))[1]


def test_an_answer_longer_than_allowed_is_not_read() -> None:
    with Judges(FONTS, at_once=1, limits=Limits(reply_bytes=1000)) as pool:
        assert "答得不成样子" in _failed(_judge(pool, sealed()))[1]


def test_a_file_larger_than_allowed_is_refused_unread() -> None:
    pool = Judges(FONTS, limits=Limits(file_bytes=MIB))
    assert _failed(_judge(pool, sealed() + bytes(MIB))) == (
        16,
        "文件有 2 MiB，最多查验 1 MiB。请向出具的人索取原件。",
    )


def test_judges_that_cannot_start_say_so_and_give_no_verdict(tmp_path: Path) -> None:
    with Judges(tmp_path, at_once=1, spare=0) as pool, pytest.raises(Busy, match="启动不了"):
        _judge(pool, sealed())


def test_a_page_is_drawn_apart(judges: Judges) -> None:
    assert judges.read(page_png, sealed(), 0, width_px=400) == page_png(sealed(), 0, 400)


def test_what_stands_in_a_files_fields_is_read_apart(judges: Judges) -> None:
    assert judges.read(read_printed, sealed()) == read_printed(sealed())


def test_what_cannot_be_drawn_is_unreadable_and_the_next_file_is_judged(judges: Judges) -> None:
    narrow = _bomb(
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 1 100000]>>",
        pages=b"<</Type /Pages /Kids [5 0 R] /Count 1>>",
    )
    for pdf, page, width in ((sealed(), 99, 400), (b"no PDF", 0, 400), (narrow, 0, 4000)):
        with pytest.raises(Unreadable, match="读不出来"):
            judges.read(page_png, pdf, page, width)
    assert _judge(judges, sealed()).verdict == "accepted"


# Alone: what comes from outside.


def test_a_file_of_unknown_making_has_a_process_to_itself_which_ends_with_it() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=103)) as pool:
        pool.warm()
        with pool.alone(sealed()) as file:
            during = processes(103)
            assert file.read(read_printed) == read_printed(sealed())
            assert file.read(page_png, 0, width_px=400) == page_png(sealed(), 0, 400)
            assert processes(103) == during
        assert processes(103) == []
        assert _judge(pool, sealed()).verdict == "accepted"
        assert not set(processes(103)) & set(during)


@pytest.mark.parametrize(("each_alone", "believed"), [(True, "refused"), (False, "accepted")])
def test_what_a_file_did_to_its_process_can_lie_about_the_next_unless_each_has_its_own(
    each_alone: bool, believed: str
) -> None:
    with Judges(FONTS, at_once=1, judge=f"{HOSTILE}:turn_coat", each_alone=each_alone) as pool:
        assert _judge(pool, sealed()).verdict == "accepted"
        assert _judge(pool, sealed() + b" ").verdict == believed


def test_a_file_that_has_ended_its_process_is_read_no_further() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=104)) as pool:
        with pool.alone(sealed()) as file:
            file.read(read_printed)
            kill(104)
            for _ in range(2):
                with pytest.raises(Unreadable, match="意外结束"):
                    file.read(read_printed)
        assert pool.read(read_printed, sealed()) == read_printed(sealed())


def test_what_is_too_large_to_be_judged_is_not_read_either() -> None:
    pool = Judges(FONTS, limits=Limits(file_bytes=MIB))
    with pytest.raises(Unreadable, match="文件有 2 MiB，最多查验 1 MiB"), pool.alone(bytes(MIB + 1)):
        pytest.fail("it has a process")
    with pytest.raises(Unreadable, match="文件有 2 MiB，最多查验 1 MiB"):
        pool.read(page_png, bytes(MIB + 1), 0, 400)


def test_each_process_is_forked_off_one_that_goes_on_and_keeps_no_dead_ones() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=109)) as pool:
        for _ in range(3):
            with pool.alone(sealed()) as file:
                assert file.read(read_printed) == read_printed(sealed())
                (server,) = servers(109)
                assert len(told_children(server)) == 1
            assert (servers(109), told_children(server)) == ([server], [])
    assert servers(109) == []


def test_where_the_process_to_fork_from_was_killed_the_next_file_is_judged_all_the_same() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=110)) as pool:
        assert _judge(pool, sealed()).verdict == "accepted"
        (server,) = servers(110)
        forked = processes(110)
        end(server)
        assert _judge(pool, sealed()).verdict == "accepted", "the process that it forked is still there"
        end(*forked)
        with pool.alone(sealed()) as file:
            assert file.read(read_printed) == read_printed(sealed())
        assert len(servers(110)) == 1


# How many at once.


def test_more_files_than_places_and_line_hold_are_told_to_come_again() -> None:
    crowd = Crowd()
    with (
        Judges(FONTS, at_once=2, limits=Limits(wall_s=60.0, waiting=0)) as pool,
        ThreadPoolExecutor(2) as others,
    ):
        under_way = [others.submit(pool.judge, sealed(), trust(), AT, crowd.find) for _ in range(2)]
        for _ in under_way:
            crowd.arrived.acquire()
        with pytest.raises(Busy, match="太多"):
            _judge(pool, sealed())
        crowd.go.set()
        assert [each.result().verdict for each in under_way] == ["accepted"] * 2
        assert _judge(pool, sealed()).verdict == "accepted"


def test_who_waits_too_long_in_line_is_told_to_come_again() -> None:
    crowd = Crowd()
    limits = Limits(wall_s=60.0, waiting=1, patience_s=0.01)
    with Judges(FONTS, at_once=1, limits=limits) as pool, ThreadPoolExecutor(1) as others:
        under_way = others.submit(pool.judge, sealed(), trust(), AT, crowd.find)
        crowd.arrived.acquire()
        with pytest.raises(Busy, match="还没有查完"):
            _judge(pool, sealed())
        crowd.go.set()
        assert under_way.result().verdict == "accepted"


def test_who_stands_in_line_is_judged_in_turn() -> None:
    limits = Limits(waiting=6, patience_s=60.0)
    with Judges(FONTS, at_once=2, limits=limits) as pool, ThreadPoolExecutor(8) as crowd:
        verdicts = list(crowd.map(lambda _: _judge(pool, sealed()).verdict, range(12)))
    assert verdicts == ["accepted"] * 12


# Bombs: by limits as in the house, refused by check 16 or by their own check.


def _file(*objects: bytes) -> bytes:
    """Write a file of one revision, its objects numbered from 1, whose catalog is the first."""
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(body))
    )


def _zeros(mebibytes: int) -> bytes:
    """Compress so many MiB of zeros without having them: one packed MiB again and again, and the sum that they have."""
    packer = zlib.compressobj(9)
    first, again = (packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    total = (mebibytes * MIB % 65521) << 16 | 1
    return first + again * (mebibytes - 1) + packer.flush()[:-4] + total.to_bytes(4, "big")


def _stream(more: bytes, packed: bytes, layers: int = 1) -> bytes:
    filters = b"[" + b"/FlateDecode " * layers + b"]"
    return b"<<%s /Length %d /Filter %s>>\nstream\n%s\nendstream" % (more, len(packed), filters, packed)


def _bomb(*more: bytes, fields: bytes = b"3 0 R", pages: bytes = b"<</Type /Pages /Kids [] /Count 0>>") -> bytes:
    """Write a file with a signature box, and objects 5 and on of one's own."""
    return _file(
        b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [%s]>> /More 5 0 R>>" % fields,
        pages,
        b"<</FT /Sig /T (s) /V 4 0 R>>",
        b"<</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>",
        *more,
    )


def _packed_table() -> bytes:
    """Write a file whose cross-reference stream is a bomb."""
    body = _bomb()
    start = len(body)
    stream = _stream(b"/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R", _zeros(4096))
    return body + b"9 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream, start)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a packed cross-reference table": _packed_table,
    "a packed page": lambda: _bomb(
        b"<</Type /Page /Parent 2 0 R /Contents 6 0 R>>",
        _stream(b"", _zeros(4096)),
        pages=b"<</Type /Pages /Kids [5 0 R] /Count 1>>",
    ),
    "a packed object stream": lambda: _bomb(_stream(b"/Type /ObjStm /N 1 /First 5", _zeros(4096))),
    "one packed within another": lambda: _bomb(
        _stream(b"/Type /ObjStm /N 1 /First 5", zlib.compress(zlib.compress(_zeros(4096))), 3)
    ),
    "a deep array": lambda: _bomb(b"[" * 2_000_000),
    "a deep dictionary": lambda: _bomb(b"<</A " * 500_000),
    "a long table": lambda: _bomb().replace(b"xref\n0 5", b"xref\n0 4000000000"),
    "a large size": lambda: _bomb().replace(b"/Size 5", b"/Size 9999999999999"),
    "many revisions": lambda: _bomb() * 5000,
    "half a million fields": lambda: _bomb(fields=b"3 0 R " * 500_000),
    "a page tree in a circle": lambda: _bomb(pages=b"<</Type /Pages /Kids [2 0 R 2 0 R] /Count 9>>"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_the_limits(judges: Judges, bomb: str) -> None:
    verdict = _judge(judges, BOMBS[bomb]())
    assert verdict.verdict == "refused"
    assert len(verdict.checks) == 16


def test_after_all_bombs_an_honest_copy_is_accepted(judges: Judges) -> None:
    for bomb in itertools.islice(BOMBS, 3):
        _judge(judges, BOMBS[bomb]())
    assert _judge(judges, sealed()).verdict == "accepted"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("doing", ["nothing", "pause", "loop"])
def test_no_judging_process_outlives_a_house_that_was_ended(how: signal.Signals, doing: str) -> None:
    house = subprocess.Popen(
        [sys.executable, "-m", "tests.signing.house", doing], stdout=subprocess.PIPE, env={"PYTHONPATH": PATHS}
    )
    with house:
        assert house.stdout is not None
        watched = [os.pidfd_open(int(pid)) for pid in house.stdout.readline().split()]
        house.send_signal(how)
        assert house.wait() == -how
        for process in watched:
            assert select.select([process], [], [], 60)[0], "it goes on without its house"
            os.close(process)
    assert len(watched) == 3


def test_a_machine_that_sets_no_limits_judges_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resource.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)
    with Judges(FONTS, at_once=1, spare=0) as pool:
        with pytest.raises(Busy, match="不能限制查验的进程（没有 resource 模块），所以什么都不查验"):
            _judge(pool, sealed())
        with pytest.raises(Busy, match="什么都不查验"), pool.alone(sealed()) as file:
            file.read(read_printed)


def test_on_another_system_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with Judges(FONTS) as pool, pytest.raises(Busy, match="darwin 不是 Linux），所以什么都不查验"):
        _judge(pool, sealed())


def test_a_machine_that_sets_no_limits_can_still_do_all_the_rest(tmp_path: Path) -> None:
    (tmp_path / "resource.py").write_text("raise ImportError")
    everything = "import forms_service.cli, forms_service.web.app, forms_service.signing.judging"
    path = os.pathsep.join((str(tmp_path), PATHS))
    subprocess.run([sys.executable, "-c", everything], check=True, env={"PYTHONPATH": path})


def test_where_no_process_can_be_started_a_file_is_turned_away_and_the_next_one_is_judged() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Judges(FONTS, at_once=1) as pool:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_next_file(), hard))
        try:
            with pytest.raises(Busy, match="起不了查验的进程"):
                _judge(pool, sealed())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert _judge(pool, sealed()).verdict == "accepted"


def _next_file() -> int:
    """Return the number of the next file that is opened: a limit at which there is none."""
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number


def test_time_is_taken_with_its_zone(judges: Judges) -> None:
    later = judges.judge(sealed(), trust(), AT + dt.timedelta(days=1))
    assert later.verdict == "accepted"
