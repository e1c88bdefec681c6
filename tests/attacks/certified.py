"""Certified documents: what the annotation attack (EAA) and the signature attack (SSA) lay over a certified page."""

import hashlib
import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field

from tests import spoiling
from tests.attacks import bases
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import CERTIFIED, SEALED, SIGNED_BESIDE, STAMPED_AFTER
from tests.signing import foreign, framing, others
from tests.tampering import append, person, stamps

Writer = IncrementalPdfFileWriter


def stamped(writer: Writer) -> None:
    """Put a picture of a stamp on the page."""
    _annotate(writer, "/Stamp")


def redacted(writer: Writer) -> None:
    _annotate(writer, "/Redact")


def _annotate(writer: Writer, subtype: str) -> None:
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (60, 780, 300, 820)])
    form = generic.StreamObject(
        generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): rect}),
        stream_data=b"1 1 1 rg 60 780 240 40 re f BT /Helv 14 Tf 72 800 Td (PAY 999) Tj ET",
    )
    note = {
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name(subtype),
        pdf_name("/Rect"): rect,
        pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)}),
    }
    writer.register_annotation(page, writer.add_object(generic.DictionaryObject(note)))


def boxed(writer: Writer) -> None:
    """Add a signature box that is empty, lies over the words of the page and shows others."""
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (60, 780, 300, 820)])
    form = generic.StreamObject(
        generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): rect}),
        stream_data=b"1 1 1 rg 60 780 240 40 re f BT /Helv 14 Tf 72 800 Td (PAY 999) Tj ET",
    )
    box = {
        pdf_name("/Type"): pdf_name("/Annot"),
        pdf_name("/Subtype"): pdf_name("/Widget"),
        pdf_name("/FT"): pdf_name("/Sig"),
        pdf_name("/T"): pdf_string("Evil"),
        pdf_name("/Rect"): rect,
        pdf_name("/F"): generic.NumberObject(4),
        pdf_name("/P"): page,
        pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)}),
    }
    added = writer.add_object(generic.DictionaryObject(box))
    listed = writer.root["/AcroForm"]
    listed["/Fields"].append(added)
    writer.update_container(listed["/Fields"])
    writer.update_container(listed)
    writer.register_annotation(page, added)


class _Bold(PdfSigner):
    """Signs where a certification forbids it."""

    def _enforce_certification_constraints(self, reader: PdfFileReader) -> None:
        del reader


def signed_in(base: bytes, rect: tuple[int, int, int, int]) -> bytes:
    """Sign in a new box that lies anywhere, whatever the certification says."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base))
    append_signature_field(writer, SigFieldSpec("Evil", box=rect))
    data = PdfSignatureMetadata(field_name="Evil", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signer = _Bold(data, person("wang_jian"))
    return bytes(signer.sign_pdf(writer, existing_fields_only=True).getvalue())


def _tail(permission: MDPPerm, spoil: object) -> bytes:
    return append(bases.certified(permission), spoil)  # type: ignore[arg-type]  # the spoils of this module


def _signed(permission: MDPPerm, spoil: object) -> bytes:
    return foreign.signed(_tail(permission, spoil), "Signature2")


def _seal_over() -> bytes:
    return append(bases.sealed(), boxed)


def stamped_in_sight() -> bytes:
    """Let a timestamp after the seal, which anybody can get, come in a box that says something on a blank place."""
    pdf = append(bases.sealed(), _stamp_to_be)
    start = pdf.rindex(b"<00000000")
    end = pdf.index(b">", start) + 1
    ranges = b"[0 %d %d %d]" % (start, end, len(pdf) - end)
    pdf = pdf.replace(_RANGES, ranges.ljust(len(_RANGES)))
    token = stamps().stamp(hashlib.sha256(pdf[:start] + pdf[end:]).digest()).hex().encode()
    return pdf[: start + 1] + token.ljust(end - start - 2, b"0") + pdf[end - 1 :]


_RANGES = b"[ %s ]" % b" ".join([b"1111111111"] * 4)


def _stamp_to_be(writer: Writer) -> None:
    """Add the box of a timestamp with a drawing, and room for the timestamp."""
    boxed(writer)
    box = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "Evil")
    stamp = {
        pdf_name("/Type"): pdf_name("/DocTimeStamp"),
        pdf_name("/Filter"): pdf_name("/Adobe.PPKLite"),
        pdf_name("/SubFilter"): pdf_name("/ETSI.RFC3161"),
        pdf_name("/ByteRange"): generic.ArrayObject([generic.NumberObject(1111111111)] * 4),
        pdf_name("/Contents"): generic.ByteStringObject(bytes(6000)),
    }
    box[pdf_name("/V")] = writer.add_object(generic.DictionaryObject(stamp))
    box[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(n) for n in (10, 45, 190, 69)])


FORMS, NOTES, NONE = MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE, MDPPerm.NO_CHANGES
CERTIFYING = Family(
    "certified",
    "认证文件的批注攻击（EAA）与签章攻击（SSA）",
    (
        Attack(
            "annotation attack: a text where notes are allowed",
            "许可批注（P=3）的认证文件，盖上文字批注",
            10,
            lambda: _tail(NOTES, spoiling.lay_over),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "annotation attack: a text, then signed",
            "同上，再由别人签",
            10,
            lambda: _signed(NOTES, spoiling.lay_over),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "annotation attack: a stamp, then signed",
            "许可批注的认证文件，盖上图章批注，再签",
            10,
            lambda: _signed(NOTES, stamped),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "annotation attack: a redaction, then signed",
            "许可批注的认证文件，盖上涂黑批注，再签",
            10,
            lambda: _signed(NOTES, redacted),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "annotation attack: a text where only forms are allowed",
            "只许填写（P=2）的认证文件，盖上文字批注，再签",
            10,
            lambda: _signed(FORMS, spoiling.lay_over),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "annotation attack: in a document of ours",
            "核签人在本公司单据上盖批注",
            10,
            lambda: bases.by_insider(stamped),
            SEALED,
        ),
        Attack(
            "signature attack: an empty box over the words",
            "只许填写的认证文件，加一个盖住正文的空签章栏",
            1,
            lambda: _tail(FORMS, boxed),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "signature attack: a signature over a field",
            "只许填写的认证文件，在盖住金额栏的新栏里签",
            10,
            lambda: signed_in(bases.certified(FORMS), (72, 695, 272, 725)),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "signature attack: a box over the words, signed elsewhere",
            "加一个盖住正文的空签章栏，签在别处",
            10,
            lambda: _signed(FORMS, boxed),
            CERTIFIED,
            at=LATER,
        ),
        Attack(
            "signature attack: where nothing is allowed",
            "什么都不许改（P=1）的认证文件，再签一个章",
            8,
            lambda: signed_in(bases.certified(NONE), (300, 100, 400, 150)),
            CERTIFIED,
            at=LATER,
        ),
        Attack("signature attack: in a document of ours", "本公司联单加一个盖住正文的签章栏", 8, _seal_over, SEALED),
        Attack(
            "signature attack: a timestamp in sight after the seal",
            "封印后加盖文件时间戳，时间戳的栏里写着别的话",
            10,
            stamped_in_sight,
            STAMPED_AFTER,
        ),
        Attack(
            "signature attack: a timestamp that is nowhere and draws over all",
            "封印后加盖文件时间戳，时间戳的栏没有大小，画的东西没有框，盖满整页",
            10,
            lambda: framing.stamped(bases.sealed(), framing.drawing()),
            STAMPED_AFTER,
        ),
        Attack(
            "signature attack: an insider's stamp that draws over all",
            "核签人的签章画的东西没有框，盖满整页",
            10,
            lambda: framing.defaced(framing.drawing()),
            SEALED,
        ),
        Attack(
            "signature attack: an invisible box that draws over all",
            "再签的签章栏没有大小，画的东西没有框，盖满整页",
            10,
            lambda: framing.signed_in(others.signed_letter(), framing.NOWHERE, framing.drawing()),
            SIGNED_BESIDE,
            at=LATER,
            anchors=others.house_trust,
        ),
        Attack(
            "signature attack: by an insider of ours",
            "核签人加一个盖住正文的签章栏",
            8,
            lambda: bases.by_insider(boxed),
            SEALED,
        ),
    ),
)
