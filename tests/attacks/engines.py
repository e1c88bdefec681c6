"""Two readings: files that are whole, and out of which two programs read different words, values or pages.

The issuer wrote what it signed, or the author what the signers saw; only another program's reading gives it away.
"""

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.attacks.attack import LATER, Attack, Build, Family
from tests.attacks.siblings import ISSUED_WITH_WORDS, UTF8_LETTER, issued_with
from tests.signing.others import house_trust, letter, saved, sign

Writer = IncrementalPdfFileWriter
_ACTUAL = b"/Span <</ActualText (PAY 900)>> BDC "
_WORDS = b"BT /FX 12 Tf 72 500 Td (PAY 100) Tj ET"


def _page_twice(writer: Writer) -> None:
    """List the same page a second time."""
    tree = writer.root["/Pages"]
    tree["/Kids"].append(tree.raw_get("/Kids")[0])
    writer.update_container(tree["/Kids"])


def _issued(name: str, said: str, content: bytes) -> Attack:
    return Attack(f"engines at issue: {name}", f"签发的页面上：{said}", 6, issued_with(content), ISSUED_WITH_WORDS)


def _letter(name: str, said: str, build: Build) -> Attack:
    return Attack(f"engines letter: {name}", f"外来文件：{said}", 6, build, UTF8_LETTER, None, LATER, house_trust)


ENGINES = Family(
    "engines",
    "不同的程序读出不同的字",
    (
        _issued("other words to copy", "另写一份供复制、朗读的文字（ActualText）", _ACTUAL + _WORDS + b" EMC"),
        _issued("words off the page", "写在页面之外的字", b"BT /FX 12 Tf -500 -500 Td (PAY 900) Tj ET"),
        _issued("words without a size", "字号为零的字", b"BT /FX 0 Tf 72 500 Td (PAY 900) Tj ET"),
        _issued("words in a font that is not there", "用没有的字体写的字", b"BT /FY 12 Tf 72 500 Td (PAY 900) Tj ET"),
        _letter("a page listed twice", "同一页列了两次，有的程序只数一次", lambda: sign(saved(letter(), _page_twice))),
    ),
)
