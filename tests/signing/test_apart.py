"""Check 16: whatever a file does to the process that judges it, there is a verdict, and the next file is judged."""

import datetime as dt
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms_service.domain.errors import Busy, Unreadable
from forms_service.pdf.read import page_png
from forms_service.signing.apart import Judges
from forms_service.signing.expected import Expected
from forms_service.signing.form_view import read_printed
from forms_service.signing.messages import MIB, Limits
from forms_service.signing.verify import verify
from tests.signing.bombs import bomb
from tests.signing.crowd import kill, processes
from tests.signing.hostile import HOSTILE, file_that
from tests.signing.sealed_copy import DESK, FONTS, failed, judged, sealed
from tests.tampering import AT, fonts, trust

PATIENT = Limits(wall_s=120.0, cpu_s=1)
"""For a machine that may be busy: what is counted is the process's own time."""


@pytest.fixture(scope="module")
def judges() -> Iterator[Judges]:
    with Judges(FONTS, at_once=1) as pool:
        yield pool


@pytest.fixture(scope="module")
def driven() -> Iterator[Judges]:
    """Judges that a file brings to whatever it says."""
    with Judges(FONTS, at_once=1, limits=PATIENT, judge=f"{HOSTILE}:turn") as pool:
        yield pool


def test_an_honest_copy_is_accepted_and_was_judged_apart(judges: Judges) -> None:
    verdict = judged(judges, sealed())
    assert verdict.verdict == "accepted"
    assert (verdict.checks[15].name, verdict.checks[15].result) == ("judged_apart", "pass")


def test_the_verdict_is_the_one_that_is_given_in_process_but_for_check_16(judges: Judges) -> None:
    apart, here = judged(judges, sealed()), verify(sealed(), trust(), None, AT, fonts())
    assert here.checks[15].result == "not_checked"
    assert (apart.checks[:15], apart.signatures, apart.printed) == (here.checks[:15], here.signatures, here.printed)
    assert apart.not_checked_here == here.not_checked_here


def test_an_altered_copy_is_refused_by_the_check_that_owns_the_fault(judges: Judges) -> None:
    verdict = judged(judges, sealed() + b" ")
    assert failed(verdict)[0] == 1
    assert verdict.checks[15].result == "pass"


@pytest.mark.parametrize("pdf", [b"hello", b"%PDF-1.7 not signed"])
def test_what_is_no_signed_pdf_is_refused_apart_too(judges: Judges, pdf: bytes) -> None:
    assert failed(judged(judges, pdf))[0] == (3 if pdf.startswith(b"%PDF") else 7)


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
    assert judged(judges, sealed()).verdict == "accepted"


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
    no, detail = failed(judged(driven, file_that(act)))
    assert no == 16
    assert reason in detail
    assert "请向出具的人索取原件" in detail
    assert judged(driven, sealed()).verdict == "accepted"


def test_a_file_that_keeps_its_process_waiting_is_refused_by_the_clock() -> None:
    with Judges(FONTS, at_once=1, limits=Limits(wall_s=0.2), judge=f"{HOSTILE}:turn") as pool:
        for _ in range(2):
            assert failed(judged(pool, file_that("pause"))) == (
                16,
                "查验超过 0.2 秒还没有完，已经停止。请向出具的人索取原件。",
            )


def test_a_process_has_no_secret_of_ours_and_no_network_where_the_machine_allows_it(driven: Judges) -> None:
    with pytest.raises(Unreadable) as told:
        judged(driven, file_that("tell_of_itself"))
    seen = json.loads(str(told.value))
    assert set(seen["environment"]) <= {"PYTHONPATH", "LANG", "LC_CTYPE"}
    assert not driven.warm().without_network or seen["networks"] == ["lo"]


def test_the_kernel_refuses_machine_code_what_python_refuses_ajudged(driven: Judges) -> None:
    with pytest.raises(Unreadable) as told:
        judged(driven, file_that("call_the_kernel"))
    came_of = json.loads(str(told.value))
    needed = {name: came_of.pop(name) for name in ("pair", "read", "itself")}
    assert set(came_of.values()) == {"EPERM"}, came_of
    assert set(needed.values()) == {"done"}, needed
    assert judged(driven, sealed()).verdict == "accepted"


def test_a_process_that_is_killed_in_the_middle_of_a_file_refuses_that_file_alone() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=101)) as pool:

        def find(document_id: str) -> Expected | None:
            del document_id
            (child,) = processes(101)
            os.kill(child, signal.SIGKILL)
            return None

        before = pool.judge(sealed(), trust(), AT, find)
        assert failed(before)[0] == 16
        assert judged(pool, sealed()).verdict == "accepted"


def test_a_process_killed_while_idle_is_replaced_before_the_next_file() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=102)) as pool:
        pool.warm()
        kill(102)
        assert judged(pool, sealed()).verdict == "accepted"


def test_a_process_is_replaced_after_so_many_files() -> None:
    with Judges(FONTS, at_once=1, limits=Limits(files=2)) as pool:
        assert [judged(pool, sealed()).verdict for _ in range(5)] == ["accepted"] * 5


def test_a_process_that_once_took_much_memory_is_replaced() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=107), judge=f"{HOSTILE}:turn") as pool:
        pool.warm()
        before = processes(107)
        assert "出错" not in failed(judged(pool, file_that("gorge")))[1]
        assert processes(107) == []
        assert judged(pool, sealed()).verdict == "accepted"
        assert not set(processes(107)) & set(before)


def test_a_verdict_that_takes_too_much_memory_to_be_written_is_a_refusal() -> None:
    limits = Limits(memory_bytes=512 * MIB)
    with Judges(FONTS, at_once=1, limits=limits, judge=f"{HOSTILE}:swell") as pool:
        assert "意外结束" in failed(judged(pool, sealed()))[1]


def test_an_answer_about_another_file_is_not_believed() -> None:
    with Judges(FONTS, at_once=1, judge=f"{HOSTILE}:lie") as pool:
        assert "答的不是这份文件" in failed(judged(pool, sealed()))[1]


def test_a_process_that_asks_without_end_is_not_believed() -> None:
    with Judges(FONTS, at_once=1, judge=f"{HOSTILE}:chatter") as pool:
        assert "答得不成样子" in failed(judged(pool, sealed()))[1]


def test_an_answer_longer_than_allowed_is_not_read() -> None:
    with Judges(FONTS, at_once=1, limits=Limits(reply_bytes=1000)) as pool:
        assert "答得不成样子" in failed(judged(pool, sealed()))[1]


def test_a_file_larger_than_allowed_is_refused_unread() -> None:
    pool = Judges(FONTS, limits=Limits(file_bytes=MIB))
    assert failed(judged(pool, sealed() + bytes(MIB))) == (
        16,
        "文件有 2 MiB，最多查验 1 MiB。请向出具的人索取原件。",
    )


def test_judges_that_cannot_start_say_so_and_give_no_verdict(tmp_path: Path) -> None:
    with Judges(tmp_path, at_once=1, spare=0) as pool, pytest.raises(Busy, match="启动不了"):
        judged(pool, sealed())


def test_a_page_is_drawn_apart(judges: Judges) -> None:
    assert judges.read(page_png, sealed(), 0, width_px=400) == page_png(sealed(), 0, 400)


def test_what_stands_in_a_files_fields_is_read_apart(judges: Judges) -> None:
    assert judges.read(read_printed, sealed()) == read_printed(sealed())


def test_what_cannot_be_drawn_is_unreadable_and_the_next_file_is_judged(judges: Judges) -> None:
    narrow = bomb(
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 1 100000]>>",
        pages=b"<</Type /Pages /Kids [5 0 R] /Count 1>>",
    )
    for pdf, page, width in ((sealed(), 99, 400), (b"no PDF", 0, 400), (narrow, 0, 4000)):
        with pytest.raises(Unreadable, match="读不出来"):
            judges.read(page_png, pdf, page, width)
    assert judged(judges, sealed()).verdict == "accepted"


def test_time_is_taken_with_its_zone(judges: Judges) -> None:
    later = judges.judge(sealed(), trust(), AT + dt.timedelta(days=1))
    assert later.verdict == "accepted"
