"""Time the house's own operations beside stock pyHanko doing the same work.

Each round runs every operation once, one at a time, so that noise falls on all alike; read the medians.
"""

import io
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter

from benchmarks.annals import COMPLAINTS, PAGES, Annals
from benchmarks.case import SIGNATURES, Case
from benchmarks.crowd import OPEN_DOCUMENTS, Crowd
from benchmarks.folders import folder_of_copies, judged_a_second
from benchmarks.office import Bench
from forms_service.pdf.fill import fill
from forms_service.pdf.layout import lay_out
from forms_service.pdf.read import open_writer
from forms_service.pdf.render import render_blank
from forms_service.signing.stock import stock_opinions
from forms_service.signing.verify import verify
from forms_service.workflow.sweeping import sweep

ROUNDS = 15

Act = Callable[[], object]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        _report(_time(_operations(bench)))
        _report_sizes(bench)
        _time_folders(bench, Path(folder) / "judged")
    with tempfile.TemporaryDirectory() as folder:
        case = Case(Path(folder))
        print("\n客户投诉案件处理表\n")
        _report(_time({"opening": case.opening, f"the step of signature {SIGNATURES}": case.eleventh}))
    with tempfile.TemporaryDirectory() as folder:
        _time_sweeps(Crowd(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        _time_registers(Annals(Path(folder)))


def _time(operations: Mapping[str, Callable[[], Act]]) -> Mapping[str, list[float]]:
    """Return each operation's times in milliseconds, one a round."""
    times: dict[str, list[float]] = {name: [] for name in operations}
    for _ in range(ROUNDS):
        for name, prepare in operations.items():
            act = prepare()
            started = time.perf_counter()
            act()
            times[name].append((time.perf_counter() - started) * 1000)
    return times


def _operations(bench: Bench) -> Mapping[str, Callable[[], Act]]:
    """Name each operation with its untimed preparation, which returns what is timed."""
    return {
        "render the blank": lambda: partial(_render, bench),
        "issue": lambda: bench.issue,
        "fill the first step's cells": lambda: partial(_fill, bench),
        "sign, EC P-256": lambda: bench.sign,
        "sign, EC P-256 (stock pyHanko)": lambda: partial(_stock_sign, bench),
        "verify, 4 signatures": lambda: partial(_verify, bench, bench.four),
        "verify, 4 signatures (stock pyHanko)": lambda: partial(stock_opinions, bench.four, bench.office.trust),
        "verify, 6 signatures": lambda: partial(_verify, bench, bench.sealed),
        "verify, 6 signatures, B-LTA": lambda: partial(_verify, bench, bench.kept),
        "verify, 6 signatures (stock pyHanko)": lambda: partial(stock_opinions, bench.sealed, bench.office.trust),
        "protect a sealed copy, B-LTA": lambda: bench.keep,
        "whole step: fill, sign, judge, store": bench.step,
        "six-step chain, issue to seal": lambda: bench.chain,
    }


def _render(bench: Bench) -> bytes:
    office = bench.office
    return render_blank(lay_out(bench.printed.spec, office.fonts), office.organisation.firm, office.fonts)


def _fill(bench: Bench) -> None:
    fill(open_writer(bench.base), bench.printed.layout, bench.first_cells, bench.office.fonts)


def _verify(bench: Bench, pdf: bytes) -> object:
    office = bench.office
    return verify(pdf, office.trust, None, office.now(), office.fonts)


def _stock_sign(bench: Bench) -> bytes:
    """Sign as stock pyHanko does, the key already loaded: the same box and lock, its own CMS."""
    writer = IncrementalPdfFileWriter(io.BytesIO(bench.base))
    box = "sign_01_prepare"
    metadata = PdfSignatureMetadata(field_name=box, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signed = PdfSigner(metadata, bench.signers["li_wen"]).sign_pdf(writer, existing_fields_only=True)
    return bytes(signed.getvalue())


def _report(times: Mapping[str, list[float]]) -> None:
    print("| operation | median ms | best ms |\n|---|---|---|")
    for name, values in times.items():
        print(f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} |")


def _report_sizes(bench: Bench) -> None:
    sizes = {"issued": bench.base, "four signatures": bench.four, "finished": bench.finished, "sealed": bench.sealed}
    print("\n" + " · ".join(f"{name} {len(data):,} bytes" for name, data in sizes.items()))
    print(f"process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _time_folders(bench: Bench, folder: Path) -> None:
    """Time the judging of a folder of sealed copies, as `forms verify` does it, by one process and by two."""
    pdfs = folder_of_copies(bench, folder)
    print(f"\n| folder of {len(pdfs)} sealed copies | documents a second |\n|---|---|")
    for jobs in (1, 2):
        print(f"| judged apart, --jobs {jobs} | {judged_a_second(bench, pdfs, jobs):.1f} |")


def _time_sweeps(crowd: Crowd) -> None:
    """Time a sweep that finds nothing due, and one that has to look at a batch of the documents anew."""
    while crowd.unlooked():
        sweep(crowd.office)
    print(f"\n| sweep, {OPEN_DOCUMENTS:,} open documents | median ms | worst ms |\n|---|---|---|")
    for words, prepare in (
        ("nothing due", crowd.unlooked),
        ("none looked at yet, the first batch", crowd.forget_looks),
    ):
        taken = []
        for _ in range(ROUNDS):
            prepare()
            started = time.perf_counter()
            sweep(crowd.office)
            taken.append((time.perf_counter() - started) * 1000)
        print(f"| {words} | {statistics.median(taken):.1f} | {max(taken):.1f} |")


def _time_registers(annals: Annals) -> None:
    """Time the register's page, asked for over the web, under each of its filters."""
    print(f"\n| register, {COMPLAINTS:,} complaints | median ms | worst ms |\n|---|---|---|")
    for words in PAGES:
        taken = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            annals.look(words)
            taken.append((time.perf_counter() - started) * 1000)
        print(f"| {words} | {statistics.median(taken):.1f} | {max(taken):.1f} |")


if __name__ == "__main__":
    main()
