"""Unsigned files: what is no PDF, and a PDF that nobody signed, told from one that only seems so.

A file with any trace of a signature goes on to the checks, however broken it is: only they may say what became of it.
"""

import re

from forms_service.signing.form_view import view_form
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed

NO_SIGNATURE = "这份 PDF 上没有任何签章，无从查验。请选择签过章的原件，不要用打印或另存的版本"
_WHERE_PDF_STARTS = 1024
_WHERE_PDF_ENDS = 1100
_TRACES = re.compile(rb"ByteRange|adbe\.(?:pkcs7\.(?:detached|sha1)|x509)|ETSI\.(?:CAdES|RFC3161)|Adobe\.PPK")
_OTHER_KINDS = (
    (b"PK\x03\x04", "一个 ZIP 压缩包，或 Word、Excel、OFD 文件"),
    (b"\xd0\xcf\x11\xe0", "旧式的 Word 或 Excel 文件"),
    (b"\xff\xd8\xff", "一张 JPEG 图片"),
    (b"\x89PNG", "一张 PNG 图片"),
    (b"<", "网页或 XML"),
    (b"{\\rtf", "RTF 文稿"),
)


def require_signature(pdf: bytes) -> None:
    """Raise Malformed for what is no PDF (check 7), and for a PDF with no trace of a signature (check 3)."""
    if b"%PDF-" not in pdf[:_WHERE_PDF_STARTS]:
        raise Malformed(f"这不是 PDF 文件：{_kind(pdf)}。请选择收到的那份 PDF 原件", check=7)
    if _TRACES.search(pdf) is None and not _has_signed_box(pdf):
        raise Malformed(_unsigned(pdf), check=3)


def _kind(pdf: bytes) -> str:
    """Say what a file that is no PDF is, as far as its first bytes tell."""
    if not pdf.strip(b"\x00\t\n\x0c\r "):
        return "里面是空的"
    start = pdf.lstrip(b"\xef\xbb\xbf\t\n\r ")
    found = next((kind for mark, kind in _OTHER_KINDS if start.startswith(mark)), None)
    return f"看来是{found}" if found else "开头没有「%PDF-」"


def _has_signed_box(pdf: bytes) -> bool:
    """Say whether a signature box holds anything, though the file names no kind of signature in plain bytes."""
    try:
        history = History(pdf)
        fields = view_form(history, history.last).fields.values()
    except Malformed:
        return False
    return any(field.is_signature and field.value is not None for field in fields)


def _unsigned(pdf: bytes) -> str:
    end = pdf[-_WHERE_PDF_ENDS:]
    if b"%%EOF" not in end and b"startxref" not in end:
        return (
            "这份 PDF 不完整：末尾没有「%%EOF」，多半没有传完；读得到的部分没有任何签章。"
            "请重新取得完整的原件再查，不要用打印或另存的版本"
        )
    return NO_SIGNATURE
