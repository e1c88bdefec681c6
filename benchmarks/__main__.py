"""Time the house's own operations, warm, one after the other in each round, so that noise falls on all alike."""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from forms_service.domain.document import Document
from forms_service.pdf.fill import fill
from forms_service.pdf.layout import lay_out
from forms_service.pdf.read import open_writer
from forms_service.pdf.render import render_blank
from forms_service.settings import ROOT, read_settings
from forms_service.signing.stock import stock_opinions
from forms_service.wiring import open_office
from forms_service.workflow.demonstrating import ALLOWANCE, PIN, set_up
from forms_service.workflow.keying import unlock_key
from forms_service.workflow.office import Office
from forms_service.workflow.opening import certified_base, open_document
from forms_service.workflow.submitting import Submission, submit

ROUNDS = 9


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {"FORMS_PIN_MEMORY_KIB": "8", "FORMS_TIMESTAMPS": "off"}
        office = open_office(read_settings(env, data=Path(folder)))
        set_up(office, ROOT / "form_specs")
        operations = _operations(office)
        times: dict[str, list[float]] = {name: [] for name in operations}
        for _ in range(ROUNDS):
            for name, prepare in operations.items():
                act = prepare()
                started = time.perf_counter()
                act()
                times[name].append((time.perf_counter() - started) * 1000)
        _report(times)


def _operations(office: Office) -> dict[str, Callable[[], Callable[[], object]]]:
    """Name each operation with its untimed preparation, which returns what is timed."""
    clerk = office.organisation.holders("sales_clerk")[0]
    deputy = office.organisation.holders("deputy_gm")[0]
    opened = open_document(office, clerk, "sales-allowance")
    printed = office.printery.form(opened.spec_sha256)
    signer, other = unlock_key(office, clerk, PIN), unlock_key(office, deputy, PIN)
    base = office.blobs.get(opened.head)
    cells = {w.name: "壹仟贰佰元整" for w in printed.layout.widgets if w.name in ("reason", "order_no", "part_no")}

    def prepared() -> Document:
        document = open_document(office, clerk, "sales-allowance")
        return submit(office, clerk, Submission(document.id, "prepare", document.head, raw=ALLOWANCE), signer)

    def step() -> Callable[[], object]:
        document = prepared()
        return lambda: submit(office, deputy, Submission(document.id, "deputy_gm", document.head), other)

    def chain() -> Callable[[], object]:
        data = office.blobs.get(prepared().head)
        return lambda: stock_opinions(data, office.trust)

    return {
        "lay out and render the blank": lambda: (
            lambda: render_blank(lay_out(printed.spec, office.fonts), office.organisation.firm, office.fonts)
        ),
        "issue (stamp, embed, certify)": lambda: (
            lambda: certified_base(office, printed, "bench", "A2611001", office.now())
        ),
        "fill three cells": lambda: lambda: fill(open_writer(base), printed.layout, cells, office.fonts),
        "whole step (fill, sign, judge, store)": step,
        "stock pyHanko, two signatures": chain,
    }


def _report(times: dict[str, list[float]]) -> None:
    print("| operation | median ms | best ms |\n|---|---|---|")
    for name, values in times.items():
        print(f"| {name} | {statistics.median(values):.1f} | {min(values):.1f} |")
    print(f"\nprocess: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
