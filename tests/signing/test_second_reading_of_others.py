"""Check 6 on a file that is not ours: qpdf, PDFium and pypdf read it again, each its own way."""

import dataclasses
import zlib
from collections.abc import Callable

import pytest

from forms_service.signing.evidence import gather
from forms_service.signing.revisions import History
from forms_service.signing.second_reading import judge_readings, read_by_others
from forms_service.signing.verdict import EngineReading
from tests.attacks import forge, parts
from tests.signing.letters import judge, left_open, outcome, signed
from tests.tampering import AT, fonts, trust


def reading(spoil: Callable[[bytes], bytes] = bytes) -> tuple[EngineReading, ...]:
    evidence = gather(History(signed()), trust(), None, AT, fonts())
    history = History(signed())
    history.data = spoil(history.data)
    return read_by_others(dataclasses.replace(evidence, history=history))


def test_three_programs_read_the_same() -> None:
    readings = reading()
    assert [engine.name for engine in readings] == ["qpdf", "PDFium", "pypdf"]
    assert {engine.result for engine in readings} == {"pass"}
    assert judge(signed()).engines == readings


def test_program_that_reads_another_value_is_a_refusal() -> None:
    readings = reading(lambda pdf: pdf.replace(b"(100.00)", b"(900.00)"))
    assert judge_readings(readings).result == "fail"
    assert "900.00" in judge_readings(readings).detail


@pytest.mark.parametrize(
    "text", [b"<feff001b0065006e001b0041>", b"<fffe4100>", b"<feff004100>", b"(%s)" % bytes(b"A" * 70_000)]
)
def test_text_that_programs_write_in_their_own_ways_is_read_alike(text: bytes) -> None:
    box = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /Rect [72 600 272 620] /P 3 0 R /F 4 /V %s >>"
    pdf = parts.letter(8, {7: box % text})
    assert outcome(pdf)[1] == []
    assert {engine.result for engine in judge(pdf).engines} == {"pass"}


def test_program_that_would_have_to_mend_the_file_leaves_it_open() -> None:
    readings = reading(lambda pdf: pdf.replace(b"startxref", b"startxrex"))
    assert readings[0].result == "not_checked"


def test_page_that_another_program_cannot_unfold_is_left_open() -> None:
    content = forge.stream(zlib.compress(b"BT /F1 18 Tf 72 700 Td (Hello) Tj ET"), b"/Filter /Fl")
    pdf = parts.letter(8, {4: content})
    assert outcome(pdf)[1] == []
    assert "没有比对成" in left_open(pdf)[6]


def test_what_another_program_says_is_the_same_each_time() -> None:
    pdf = parts.letter(8, {2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Odd#00Name 1 >>"})
    said = judge(pdf).engines[0].detail
    assert ("qpdf complains" in said, " at 0x" in said) == (True, False)
