"""Check 6: other programs, written by other hands, read the same pages, values and text out of the file.

The cheap ones come first: qpdf, which must need no mending; PDFium, the program inside Chromium; and pypdf, whose text
of the pages is held against PDFium's.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from forms_service.pdf import pdfium, plain_text, qpdf
from forms_service.pdf.pdfium import SecondReading
from forms_service.signing.evidence import Evidence
from forms_service.signing.finding import Finding, judge
from forms_service.signing.form_view import LANGUAGE
from forms_service.signing.page_tree import count_pages
from forms_service.signing.syntax import Name
from forms_service.signing.verdict import EngineReading

_MOST_LETTERS = 20
_MOST_PAGES_READ = 30
_KEPT = 16
_PUSH_BUTTON = 1 << 16


def check_second_reading(evidence: Evidence) -> Finding:
    """Check 6: other programs agree on how many pages there are, on what each field holds, and on the pages' text.

    To be asked only of a file that passed all else: other programs are no place for bytes of unknown making.
    """
    return judge_readings(read_by_others(evidence))


def read_by_others(evidence: Evidence) -> tuple[EngineReading, ...]:
    """Let each program read the file, the cheap ones first, and note what it said."""
    return (
        _hold(evidence, "qpdf", qpdf.VERSION, qpdf.read_by_qpdf),
        _hold(evidence, "PDFium", pdfium.VERSION, pdfium.read_by_pdfium),
        _hold_texts(evidence),
    )


def judge_readings(readings: tuple[EngineReading, ...]) -> Finding:
    """Fail where a program disagrees; leave open what one could not read."""
    faults = (reading.detail for reading in readings if reading.result == "fail")
    left = (reading.detail for reading in readings if reading.result == "not_checked")
    return judge(faults, "".join(reading.detail for reading in readings), left)


def _hold(evidence: Evidence, name: str, version: str, read: Callable[[bytes], SecondReading]) -> EngineReading:
    try:
        other = read(evidence.history.data)
    except ValueError as error:
        words = f"另一种程序（{name}）打不开这份文件，或要修补了才读得出来（{error}）。"
        return EngineReading(name, version, "fail" if evidence.is_ours else "not_checked", words)
    differing = tuple(_disagreements(evidence, name, other))
    if differing:
        return EngineReading(name, version, "fail", "".join(differing[:3]))
    return EngineReading(name, version, "pass", f"{name} 读出同样的 {other.pages} 页、{len(other.printed)} 个栏位。")


def _hold_texts(evidence: Evidence) -> EngineReading:
    name, version = "pypdf", plain_text.VERSION
    if count_pages(evidence.history, evidence.history.last) > _MOST_PAGES_READ:
        return EngineReading(name, version, "pass", f"页数超过 {_MOST_PAGES_READ}，没有逐页比对文字。")
    try:
        one, other = pdfium.page_texts(evidence.history.data), _texts_by_pypdf(_with_settled_pages(evidence))
    except ValueError as error:
        return EngineReading(name, version, "not_checked", f"页面上的文字没有比对成（{error}）。")
    pages = [n for n, pair in enumerate(zip(one, other, strict=False), 1) if _differ(*pair)]
    if not pages and len(one) == len(other):
        return EngineReading(name, version, "pass", "pypdf 与 PDFium 读出的页面文字相同。")
    at = pages[0] if pages else min(len(one), len(other)) + 1
    words = f"第 {at} 页的文字，pypdf 与 PDFium 读出的不同{_only_in(one, other, at)}。"
    return EngineReading(name, version, "fail" if evidence.is_ours else "not_checked", words)


def _only_in(one: Sequence[str], other: Sequence[str], page: int) -> str:
    """Say which letters of a page only one of the two programs reads, as far as there are few."""
    first, second = (plain_text.letters(texts[page - 1]) if page <= len(texts) else Counter() for texts in (one, other))
    by_program = (("PDFium", first - second), ("pypdf", second - first))
    said = [f"{name} 多读出「{''.join(more.elements())[:_MOST_LETTERS]}」" for name, more in by_program if more]
    return f"（{'，'.join(said)}）：请对着画面看一看，它是不是看得见" if said else ""


def _with_settled_pages(evidence: Evidence) -> bytes:
    """Return the file up to where its pages stay as they are: of ours the firm's certification, which all copies share.

    That no page changes after it, the checks before this one have shown.
    """
    settled = evidence.certified if evidence.record is not None else None
    return (
        evidence.history.data if settled is None else evidence.history.data[: evidence.history.revisions[settled].end]
    )


@lru_cache(maxsize=_KEPT)
def _texts_by_pypdf(data: bytes) -> tuple[str, ...]:
    return plain_text.page_texts_by_pypdf(data)


def _differ(one: str, other: str) -> bool:
    return plain_text.letters(one) != plain_text.letters(other)


def _disagreements(evidence: Evidence, engine: str, other: SecondReading) -> Iterator[str]:
    pages = count_pages(evidence.history, evidence.history.last)
    if pages != other.pages:
        yield f"本程序数出 {pages} 页，{engine} 数出 {other.pages} 页。"
    printed = _comparable(evidence)
    named = dict.fromkeys((*printed, *other.printed))
    for name in named if evidence.is_ours else (n for n in named if n in printed and n in other.printed):
        mine, others = _settled(printed.get(name)), _settled(other.printed.get(name))
        if mine != others:
            yield f"「{evidence.label(name)}」本程序读出「{mine}」，{engine} 读出「{others}」。"


def _comparable(evidence: Evidence) -> Mapping[str, str | bool]:
    """Read the fields that every program reads the same way: in other people's files, one text or one tick each."""
    printed = evidence.printed(evidence.history.last)
    if evidence.is_ours:
        return printed
    fields = evidence.forms[-1].fields
    plain = {name: fields[name].dictionary for name in printed if name in fields}
    pushed = {n for n, d in plain.items() if isinstance(flags := d.get("/Ff", 0), int) and flags & _PUSH_BUTTON}
    single = {n for n, d in plain.items() if isinstance(d.get("/V"), bytes | Name) and d.get("/FT") != "/Ch"}
    return {name: value for name, value in printed.items() if name in single - pushed}


def _settled(value: str | bool | None) -> str | bool | None:
    """Write line ends one way and leave out the names of languages; programs differ in how they hand them out."""
    if not isinstance(value, str):
        return value
    return LANGUAGE.sub("", value).replace("\r\n", "\n").replace("\r", "\n")
