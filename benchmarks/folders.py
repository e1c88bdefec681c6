"""A folder of sealed copies, judged by warm processes apart, by one of them and by two: how many a second.

Each is a document of its own: the chain is made anew for every copy.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.office import Bench
from forms_service.signing.apart import Judges

COPIES = 6
PASSES = 4


def folder_of_copies(bench: Bench, folder: Path) -> tuple[Path, ...]:
    """Fill a folder with sealed copies of six signatures each."""
    folder.mkdir()
    paths = tuple(folder / f"{number}.pdf" for number in range(COPIES))
    for path in paths:
        path.write_bytes(bench.chain())
    return paths


def judged_a_second(bench: Bench, pdfs: tuple[Path, ...], jobs: int) -> float:
    """Judge the folder several times over with warm processes; every copy must be accepted."""
    office = bench.office
    with Judges(office.fonts.regular.path.parent, at_once=jobs, spare=0) as judges, ThreadPoolExecutor(jobs) as threads:

        def judge(pdf: Path) -> str:
            return judges.judge(pdf.read_bytes(), office.trust, office.now()).verdict

        list(threads.map(judge, pdfs))
        started = time.perf_counter()
        verdicts = list(threads.map(judge, pdfs * PASSES))
    if set(verdicts) != {"accepted"}:
        raise AssertionError(verdicts)
    return len(verdicts) / (time.perf_counter() - started)
