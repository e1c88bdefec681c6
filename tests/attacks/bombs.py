"""Bombs: small files that want much memory, much time, or no end. Each is refused by name, in the time of any other."""

import zlib

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import spoiling
from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import LETTER, PACKED, SAVED_BEFORE, SEALED
from tests.signing import foreign
from tests.tampering import append

Writer = IncrementalPdfFileWriter
OWN = "opinion_02_deputy_gm"
MEGABYTE = 1024 * 1024


def _prepared(body: bytes) -> bytes:
    """Let the author of a letter leave an object in it before it was signed."""
    pdf = foreign.page()
    return foreign.signed(forge.revision(pdf, {forge.free_number(pdf): body}))


def _tail(pdf: bytes, *objects: bytes, entries: bytes, index: bytes, more: bytes = b"") -> bytes:
    """Append objects and a cross-reference stream with these entries; `index` says which numbers they are of."""
    written = pdf
    for body in objects:
        written += body
    cells = forge.stream(
        entries,
        b"/Type /XRef /W [1 4 2] /Index [%s] /Size 100 /Root %d 0 R /Prev %d %s"
        % (index, forge.referred(pdf, b"/Root"), forge.table(pdf), more),
    )
    return written + b"99 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (cells, len(written))


def _entry(kind: int, where: int, which: int) -> bytes:
    return bytes([kind]) + where.to_bytes(4, "big") + which.to_bytes(2, "big")


def _inflated_objects() -> bytes:
    """Hold an object in a stream that unpacks to forty megabytes."""
    pdf = bases.letter()
    packed = zlib.compress(b"97 0 null ".ljust(40 * MEGABYTE), 9)
    body = forge.stream(packed, b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode")
    entries = _entry(2, 98, 0) + _entry(1, len(pdf), 0)
    return _tail(pdf, b"98 0 obj\n%s\nendobj\n" % body, entries=entries, index=b"97 2")


def _inflated_table() -> bytes:
    pdf = bases.letter()
    return _tail(pdf, entries=zlib.compress(bytes(40 * MEGABYTE), 9), index=b"0 1", more=b"/Filter /FlateDecode")


def _endless_index() -> bytes:
    """Say in a few bytes that the table speaks of a hundred million objects."""
    return _tail(bases.letter(), entries=bytes(7), index=b"0 1000000 " * 100)


def _wide_rows() -> bytes:
    """Ask for a row of ten thousand million columns."""
    more = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 9999999999 >>"
    return _tail(bases.letter(), entries=zlib.compress(bytes(70)), index=b"0 1", more=more)


def _filters() -> bytes:
    more = b"/Filter [%s]" % (b"/FlateDecode " * 200)
    return _tail(bases.letter(), entries=bytes(7), index=b"0 1", more=more)


def _many_objects() -> bytes:
    """Claim two million entries in a table."""
    at = forge.revision(bases.letter(), {})
    return at.replace(b"xref\ntrailer", b"xref\n0 2000000\ntrailer")


def _many_saves() -> bytes:
    pdf = bases.letter()
    for _ in range(201):
        pdf = forge.revision(pdf, {})
    return pdf


def _many_known() -> bytes:
    """Let many saves each know of very many objects."""
    pdf = bases.letter()
    entries = zlib.compress(_entry(0, 0, 0) * 500_000, 9)
    pdf = _tail(pdf, entries=entries, index=b"100 500000", more=b"/Filter /FlateDecode")
    for _ in range(12):
        at = pdf.rindex(b"99 0 obj")
        body = forge.stream(_entry(0, 0, 0), b"/Type /XRef /W [1 4 2] /Index [1 1] /Size 100 /Root 8 0 R /Prev %d" % at)
        pdf += b"99 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (body, len(pdf))
    return pdf


def _many_fields() -> bytes:
    pdf = bases.letter()
    names = b"".join(b"<< /T (a%d) /FT /Tx >>" % n for n in range(21_000))
    form = forge.free_number(pdf)
    catalog = forge.body(pdf, forge.referred(pdf, b"/Root"))
    hooked = catalog[: catalog.rindex(b">>")].replace(b"/AcroForm", b"/Ignored") + b"/AcroForm %d 0 R >>" % form
    return forge.revision(pdf, {form: b"<< /Fields [%s] >>" % names, forge.referred(pdf, b"/Root"): hooked})


def _fields_in_a_circle(writer: Writer) -> None:
    """Let a field be its own kid."""
    form = writer.root["/AcroForm"]
    loop = generic.DictionaryObject({pdf_name("/T"): generic.pdf_string("a")})
    reference = writer.add_object(loop)
    loop[pdf_name("/Kids")] = generic.ArrayObject([reference])
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    writer.update_container(form)


def _font_in_a_circle(writer: Writer) -> None:
    """Let the font of one's own opinion descend from itself."""
    font = spoiling.field_of(writer, OWN)["/AP"]["/N"]["/Resources"]["/Font"]
    loop = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Font"), pdf_name("/Subtype"): pdf_name("/Type0")})
    reference = writer.add_object(loop)
    loop[pdf_name("/DescendantFonts")] = generic.ArrayObject([reference])
    font[pdf_name("/F0")] = reference
    writer.update_container(font)


def _drawing_in_a_circle(writer: Writer) -> None:
    """Let the appearance of one's own opinion draw itself."""
    drawn = spoiling.field_of(writer, OWN).raw_get("/AP")["/N"]
    form = generic.StreamObject(
        generic.DictionaryObject({pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): drawn["/BBox"]}),
        stream_data=b"/X Do",
    )
    reference = writer.add_object(form)
    inner = generic.DictionaryObject({pdf_name("/X"): reference})
    form[pdf_name("/Resources")] = generic.DictionaryObject({pdf_name("/XObject"): inner})
    field = spoiling.field_of(writer, OWN)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): reference})
    writer.update_container(field)


def _inflated_drawing(writer: Writer) -> None:
    """Let the appearance of one's own opinion unpack to sixty megabytes."""
    drawn = spoiling.field_of(writer, OWN)["/AP"]["/N"]
    form = generic.StreamObject(
        generic.DictionaryObject(
            {
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): drawn["/BBox"],
                pdf_name("/Filter"): pdf_name("/FlateDecode"),
            }
        ),
        encoded_data=zlib.compress(b" " * (60 * MEGABYTE), 9),
    )
    field = spoiling.field_of(writer, OWN)
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})
    writer.update_container(field)


def _digits() -> bytes:
    """Write a size that no machine word holds."""
    pdf = bases.letter()
    return forge.revision(pdf, {}).replace(b"/Prev %d" % forge.table(pdf), b"/Prev %s" % (b"9" * 5000))


def _own_length() -> bytes:
    pdf = bases.letter()
    number = forge.free_number(pdf)
    return forge.revision(pdf, {number: b"<< /Length %d 0 R >>\nstream\nx\nendstream" % number})


def _itself() -> bytes:
    """Let the value of a field be an object that is a reference to itself."""
    pdf = foreign.page()
    number = forge.free_number(pdf)
    with_loop = forge.revision(pdf, {number: b"%d 0 R" % number})
    field = int(forge.named(pdf, b"amount"))
    body = forge.body(pdf, field)
    hooked = body[: body.rindex(b">>")].replace(b"/V ", b"/Was ") + b"/V %d 0 R >>" % number
    return forge.revision(foreign.signed(with_loop), {field: hooked})


def _multiplied() -> bytes:
    """Let a signature refer to a thousand lists, each of which refers to a thousand, three times over."""
    pdf = bases.letter()
    first, field = forge.free_number(pdf), forge.named(pdf, b"Signature1")
    lists = {first + n: b"[%s]" % (b"%d 0 R " % (first + n + 1) * 1000) for n in range(1, 4)}
    signature = b"<< /Type /Sig /ByteRange [0 1 2 3] /Reference %d 0 R >>" % (first + 1)
    body = forge.body(pdf, field)
    hooked = body[: body.rindex(b">>")].replace(b"/V ", b"/Was ") + b"/V %d 0 R >>" % first
    return forge.revision(pdf, {first: signature, field: hooked, **lists, first + 4: b"null"})


def _nested_container() -> bytes:
    """Nest a thousand sequences in the container of a signature."""
    start, end = forge.gap(bases.countersigned())
    return forge.contained(bases.countersigned(), b"<%s>" % (b"3080" * 1000).ljust(end - start - 2, b"0"))


BOMBS = Family(
    "bombs",
    "炸弹与死循环",
    (
        Attack(
            "bomb: an object stream of forty megabytes", "对象流展开成 40 MB", 7, _inflated_objects, PACKED, at=LATER
        ),
        Attack("bomb: a table of forty megabytes", "交叉引用流展开成 40 MB", 7, _inflated_table, PACKED, at=LATER),
        Attack(
            "bomb: a table of a hundred million objects",
            "几个字节声称有一亿个对象",
            7,
            _endless_index,
            PACKED,
            at=LATER,
        ),
        Attack(
            "bomb: a row of ten thousand million columns", "预测方式声称一行有一百亿列", 7, _wide_rows, PACKED, at=LATER
        ),
        Attack("bomb: two hundred filters", "一个数据流压缩两百层", 7, _filters, PACKED, at=LATER),
        Attack("bomb: a table of two million lines", "交叉引用表声称有两百万行", 7, _many_objects, LETTER, at=LATER),
        Attack("bomb: two hundred saves", "存了两百多次", 7, _many_saves, SAVED_BEFORE, at=LATER),
        Attack(
            "bomb: many saves of many objects", "很多次保存，每次都有很多对象", 7, _many_known, SAVED_BEFORE, at=LATER
        ),
        Attack("bomb: twenty thousand fields", "两万多个栏位", 7, _many_fields, LETTER, at=LATER),
        Attack(
            "bomb: nesting without end",
            "括号套一万层",
            7,
            lambda: _prepared(b"[" * 10_000 + b"]" * 10_000),
            SAVED_BEFORE,
            at=LATER,
        ),
        Attack("bomb: a number of five thousand digits", "五千位的数字", 7, _digits, SAVED_BEFORE, at=LATER),
        Attack("bomb: an object that is itself", "对象指向自己", 7, _itself, SAVED_BEFORE, at=LATER),
        Attack("bomb: a length that is its own", "数据流的长度写成它自己", 7, _own_length, SAVED_BEFORE, at=LATER),
        Attack(
            "bomb: fields in a circle",
            "栏位的下级是它自己",
            7,
            lambda: append(bases.letter(), _fields_in_a_circle),
            LETTER,
            at=LATER,
        ),
        Attack("bomb: references that multiply", "签章的引用层层翻倍", 3, _multiplied, LETTER, at=LATER),
        Attack(
            "bomb: a font in a circle",
            "自己意见栏的字体是它自己的下级",
            9,
            lambda: bases.by_insider(_font_in_a_circle),
            SEALED,
        ),
        Attack(
            "bomb: a drawing in a circle",
            "自己意见栏的样子画它自己",
            9,
            lambda: bases.by_insider(_drawing_in_a_circle),
            SEALED,
        ),
        Attack(
            "bomb: a drawing of sixty megabytes",
            "自己意见栏的样子展开成 60 MB",
            9,
            lambda: bases.by_insider(_inflated_drawing),
            SEALED,
        ),
        Attack(
            "bomb: a container nested a thousand times", "签章容器套一千层", 12, _nested_container, LETTER, at=LATER
        ),
    ),
)
