"""Check 16: how judging processes are started, shared, kept apart and ended."""

import os
import resource
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forms_service.domain.errors import Busy, Unreadable
from forms_service.pdf.read import page_png
from forms_service.signing.apart import Judges
from forms_service.signing.form_view import read_printed
from forms_service.signing.messages import MIB, Limits
from tests.signing.crowd import Crowd, end, kill, processes, servers, told_children
from tests.signing.hostile import HOSTILE
from tests.signing.sealed_copy import FONTS, judged, sealed
from tests.tampering import AT, trust

PATHS = os.pathsep.join(filter(None, sys.path))


def test_a_file_of_unknown_making_has_a_process_to_itself_which_ends_with_it() -> None:
    with Judges(FONTS, at_once=1, spare=0, limits=Limits(files=103)) as pool:
        pool.warm()
        with pool.alone(sealed()) as file:
            during = processes(103)
            assert file.read(read_printed) == read_printed(sealed())
            assert file.read(page_png, 0, width_px=400) == page_png(sealed(), 0, 400)
            assert processes(103) == during
        assert processes(103) == []
        assert judged(pool, sealed()).verdict == "accepted"
        assert not set(processes(103)) & set(during)


@pytest.mark.parametrize(("each_alone", "believed"), [(True, "refused"), (False, "accepted")])
def test_what_a_file_did_to_its_process_can_lie_about_the_next_unless_each_has_its_own(
    each_alone: bool, believed: str
) -> None:
    with Judges(FONTS, at_once=1, judge=f"{HOSTILE}:turn_coat", each_alone=each_alone) as pool:
        assert judged(pool, sealed()).verdict == "accepted"
        assert judged(pool, sealed() + b" ").verdict == believed


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
        assert judged(pool, sealed()).verdict == "accepted"
        (server,) = servers(110)
        forked = processes(110)
        end(server)
        assert judged(pool, sealed()).verdict == "accepted", "the process that it forked is still there"
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
            judged(pool, sealed())
        crowd.go.set()
        assert [each.result().verdict for each in under_way] == ["accepted"] * 2
        assert judged(pool, sealed()).verdict == "accepted"


def test_who_waits_too_long_in_line_is_told_to_come_again() -> None:
    crowd = Crowd()
    limits = Limits(wall_s=60.0, waiting=1, patience_s=0.01)
    with Judges(FONTS, at_once=1, limits=limits) as pool, ThreadPoolExecutor(1) as others:
        under_way = others.submit(pool.judge, sealed(), trust(), AT, crowd.find)
        crowd.arrived.acquire()
        with pytest.raises(Busy, match="还没有查完"):
            judged(pool, sealed())
        crowd.go.set()
        assert under_way.result().verdict == "accepted"


def test_who_stands_in_line_is_judged_in_turn() -> None:
    limits = Limits(waiting=6, patience_s=60.0)
    with Judges(FONTS, at_once=2, limits=limits) as pool, ThreadPoolExecutor(8) as crowd:
        verdicts = list(crowd.map(lambda _: judged(pool, sealed()).verdict, range(12)))
    assert verdicts == ["accepted"] * 12


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
            judged(pool, sealed())
        with pytest.raises(Busy, match="什么都不查验"), pool.alone(sealed()) as file:
            file.read(read_printed)


def test_on_another_system_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with Judges(FONTS) as pool, pytest.raises(Busy, match="darwin 不是 Linux），所以什么都不查验"):
        judged(pool, sealed())


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
                judged(pool, sealed())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert judged(pool, sealed()).verdict == "accepted"


def _next_file() -> int:
    """Return the number of the next file that is opened: a limit at which there is none."""
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number
