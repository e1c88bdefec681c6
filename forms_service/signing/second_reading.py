"""Check 6: another program, written by other hands, reads the same pages and the same values out of the file."""

from collections.abc import Iterator

from forms_service.pdf.pdfium import SecondReading, read_by_pdfium
from forms_service.signing.evidence import Evidence
from forms_service.signing.finding import Finding, fail, judge, not_checked
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfValue

_DEEPEST = 40


def check_second_reading(evidence: Evidence) -> Finding:
    """Check 6: PDFium agrees on how many pages there are and on what each field holds.

    To be asked only of a file that passed all else: PDFium is no place for bytes of unknown making.
    """
    if evidence.record is None:
        return not_checked("不是本系统签发的文件，没有交给另一种程序（PDFium）读。")
    try:
        other = read_by_pdfium(evidence.history.data)
    except ValueError:
        return fail("另一种程序（PDFium）打不开这份文件。")
    return judge(_disagreements(evidence, other), f"PDFium 读出同样的 {other.pages} 页、{len(other.printed)} 个栏位。")


def count_pages(history: History, revision: int) -> int:
    """Count the pages by walking the page tree. Raises Malformed for one without end."""
    return sum(1 for _ in _pages(history, revision, history.root(revision).get("/Pages"), 0))


def _disagreements(evidence: Evidence, other: SecondReading) -> Iterator[str]:
    pages = count_pages(evidence.history, evidence.history.last)
    if pages != other.pages:
        yield f"本程序数出 {pages} 页，PDFium 数出 {other.pages} 页。"
    printed = evidence.printed(evidence.history.last)
    for name in dict.fromkeys((*printed, *other.printed)):
        mine, others = _settled(printed.get(name)), _settled(other.printed.get(name))
        if mine != others:
            yield f"「{evidence.label(name)}」本程序读出「{mine}」，PDFium 读出「{others}」。"


def _settled(value: str | bool | None) -> str | bool | None:
    """Write line ends one way; programs differ in how they hand them out."""
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _pages(history: History, revision: int, node: PdfValue, depth: int) -> Iterator[int]:
    if depth > _DEEPEST:
        raise Malformed("页面目录的层次太深，或连成了圈", check=6)
    tree = history.dictionary(node, revision)
    if tree.get("/Type") == "/Page":
        yield depth
        return
    for kid in history.array(tree.get("/Kids"), revision):
        yield from _pages(history, revision, kid, depth + 1)
