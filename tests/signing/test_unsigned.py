"""What nobody signed: told plainly, whatever the file; and what only seems unsigned is judged."""

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, SigSeedValueSpec, append_signature_field

from forms_service.signing.verify import verify
from tests.signing import foreign, others
from tests.signing.others import letter, saved
from tests.tampering import AT, fonts, trust


def told(pdf: bytes) -> str:
    verdict = verify(pdf, trust(), None, AT, fonts())
    assert verdict.verdict == "refused"
    return "".join(f"{check.no}: {check.detail}" for check in verdict.failed)


def with_box(seed: SigSeedValueSpec | None = None) -> bytes:
    """Give a letter with a box that waits for a signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(letter()))
    append_signature_field(writer, SigFieldSpec("Signature1", box=others.FREE, seed_value_dict=seed))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def speaking(writer: IncrementalPdfFileWriter) -> generic.PdfObject:
    return writer.add_object(generic.StreamObject(stream_data=b"A signature's /ByteRange is of four integers."))


@pytest.mark.parametrize(
    "pdf",
    [
        letter(),
        with_box(),
        with_box(SigSeedValueSpec(subfilters=[SigSeedSubFilter.ADOBE_PKCS7_DETACHED])),
        saved(letter(), others.in_catalog("/PieceInfo", speaking)),
        b"\n\n" + letter(),
        foreign.by_hand(b"").replace(b"/Size", b"/Encrypt << /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s4 >> /Size"),
        letter().replace(b"startxref\n", b"startxref\n9"),
        letter() + b"%" * 2000 + b"\n%%EOF\n",
    ],
    ids=[
        "letter",
        "empty box",
        "box that asks",
        "talk of signatures",
        "odd start",
        "encrypted",
        "broken table",
        "much behind",
    ],
)
def test_a_pdf_that_nobody_signed_is_said_to_have_no_signature(pdf: bytes) -> None:
    assert told(pdf).startswith("3: 这份 PDF 上没有任何签章")


def test_a_pdf_cut_short_before_any_signature_is_said_to_be_incomplete() -> None:
    assert "不完整" in told(letter()[: len(letter()) // 2])


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"", "里面是空的"),
        (bytes(40), "里面是空的"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "网页"),
        (b"hello", "开头没有「%PDF-」"),
    ],
)
def test_what_is_no_pdf_is_told_by_what_it_seems_to_be(start: bytes, kind: str) -> None:
    assert told(start).startswith("7: 这不是 PDF 文件：")
    assert kind in told(start)


def test_a_signature_without_any_of_its_marks_is_judged_and_refused() -> None:
    def sign_with_nothing(writer: IncrementalPdfFileWriter) -> None:
        nothing = generic.DictionaryObject({pdf_name("/Contents"): generic.ByteStringObject(b"0")})
        box = others.field(writer, "Signature1")
        box[pdf_name("/V")] = writer.add_object(nothing)
        writer.update_container(box)

    verdict = verify(saved(with_box(), sign_with_nothing), trust(), None, AT, fonts())
    assert verdict.verdict == "refused"
    assert verdict.failed[0].no == 1
