import re
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms_service.signing.crossrefs import inflate
from forms_service.signing.form_view import decode_text, view_form
from forms_service.signing.revisions import History
from forms_service.signing.signatures import find_signatures, gap_is_contents
from forms_service.signing.syntax import Malformed, Name, NameTable, PdfValue, Ref, Stream, read_value, same
from tests.signing import foreign
from tests.signing.small_form import blank, signed_by_all

BLANK = blank()
SIGNED = signed_by_all()


def value(text: bytes) -> PdfValue:
    names: NameTable = {}
    return read_value(text, 0, names)[0]


# Values.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"null ", None),
        (b"true ", True),
        (b" -17 ", -17),
        (b"% note\n+.5 ", 0.5),
        (b"4. ", 4.0),
        (b"/A#42#20C ", Name("/AB C")),
        (b"12 0 R ", Ref(12, 0)),
        (b"[1 0 R 2 3] ", (Ref(1, 0), 2, 3)),
        (b"<48 65 6C6> ", b"Hel`"),
        (b"(a(b)c) ", b"a(b)c"),
        (b"(\\101\\n\\(\\\\\\\n.) ", b"A\n(\\."),
        (b"(\\8\\x\\1) ", b"8x\x01"),
        (b"(a\r\nb\rc) ", b"a\nb\nc"),
        (b"<</A<</B[(x)]>>/C/D>> ", {"/A": {"/B": (b"x",)}, "/C": Name("/D")}),
    ],
)
def test_value_is_read_as_the_standard_says(text: bytes, expected: PdfValue) -> None:
    assert same(value(text), expected)


@pytest.mark.parametrize(
    "text",
    [
        b"<</A 1 /A 2>>",
        b"<</A 1 /#41 2>>",
        b"<</A>>",
        b"<<(A) 1>>",
        b"[1 2",
        b"[1 >>",
        b">>",
        b"(never closed",
        b"12x",
        b"tru ",
        b"1.2.3 ",
        b"<4G>",
        b"[" * 100,
        b"",
    ],
)
def test_what_others_repair_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed):
        value(text)


@pytest.mark.parametrize(("one", "other"), [(True, 1), (Name("/A"), b"/A"), (0, None), ((1,), (1, 2)), ({}, ())])
def test_values_of_different_kinds_are_not_the_same(one: PdfValue, other: PdfValue) -> None:
    assert not same(one, other)


def test_whole_number_and_its_decimal_spelling_are_the_same() -> None:
    assert same((1, 2.0), (1.0, 2))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xfe\xff\x4e\x1c\x53\x47", "东升"),
        (b"\xff\xfe\x1c\x4e\x47\x53", "东升"),
        (b"\xfe\xff\x4e\x1c\x53", "东"),
        (b"\xfe\xff\0\x1b\0z\0h\0\x1b\x4e\x1c", "东"),
        (b"\xef\xbb\xbf\xe4\xb8\x9c", "东"),
        (b"plain \xe9", "plain é"),
        (b"\x92\xa0\x18", "™€˘"),
    ],
)
def test_texts_are_decoded_by_their_marks(data: bytes, text: str) -> None:
    assert decode_text(data) == text


@pytest.mark.parametrize("rows", [((0, b"abcd"), (0, b"efgh")), ((0, b"abcd"), (2, b"\x04\x04\x04\x04"))])
def test_predicted_rows_are_restored(rows: tuple[tuple[int, bytes], ...]) -> None:
    packed = zlib.compress(b"".join(bytes([kind]) + row for kind, row in rows))
    stream = Stream({"/Filter": Name("/FlateDecode"), "/DecodeParms": {"/Predictor": 12, "/Columns": 4}}, packed)
    assert inflate(stream) == b"abcdefgh"


def test_bomb_is_refused() -> None:
    packed = zlib.compress(bytes(40 * 1024 * 1024))
    with pytest.raises(Malformed, match="MB"):
        inflate(Stream({"/Filter": Name("/FlateDecode")}, packed))


# Revisions.


def test_each_save_is_a_revision_and_nothing_lies_between() -> None:
    history = History(SIGNED)
    ends = [revision.end for revision in history.revisions]
    assert [revision.start for revision in history.revisions] == [0, *ends[:-1]]
    assert ends[-1] == len(SIGNED)
    assert [history.strangers(revision.index) for revision in history.revisions] == [()] * 7


def test_object_is_read_as_of_each_revision() -> None:
    history = History(SIGNED)
    number = view_form(history, 1).fields["sys_no"].number
    values = [history.dictionary(Ref(number or 0, 0), revision).get("/V") for revision in (1, 2, 6)]
    assert values == [None, b"A-1", b"A-1"]


def test_every_signature_is_found_in_its_revision() -> None:
    history = History(SIGNED)
    forms = tuple(view_form(history, revision.index) for revision in history.revisions)
    found = find_signatures(history, forms)
    assert [signature.revision for signature in found] == [2, 3, 4, 5, 6]
    assert all(gap_is_contents(history, signature) for signature in found)


@pytest.mark.parametrize("packed", [False, True])
def test_streams_of_objects_and_references_are_read(packed: bool) -> None:
    history = History(foreign.page(packed=packed))
    assert view_form(history, 0).printed(history) == {"amount": "100.00"}


def in_streams(contents: bytes, parts: bytes) -> bytes:
    """Write objects 2 and 3 into an object stream, whose list of contents may hold more."""
    rows = bytes((0, 0, 0, 0, 1, 0, 9, 0, 2, 0, 1, 0, 2, 0, 1, 1))
    head = b"<< /Type /ObjStm /N 2 /First %d /Length %d >>" % (len(contents), len(contents) + len(parts))
    pdf = b"%%PDF-1.7\n1 0 obj\n%s\nstream\n%s%s\nendstream\nendobj\n" % (head, contents, parts)
    rows += bytes((1, *len(pdf).to_bytes(2, "big"), 0))
    table = b"<< /Type /XRef /W [1 2 1] /Size 5 /Root 2 0 R /Length %d >>" % len(rows)
    section = b"4 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (table, rows)
    return pdf + section + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


def test_comment_in_an_object_streams_contents_is_passed_over() -> None:
    history = History(in_streams(b"2 0\n3 12\n% the catalog\n", b"<</A true>> << /B 3 >>"))
    assert (history.value(2, 0), history.value(3, 0)) == ({"/A": True}, {"/B": 3})


@pytest.mark.parametrize("how", ["--object-streams=disable", "--object-streams=generate"])
def test_linearised_file_is_one_revision(how: str, tmp_path: Path) -> None:
    (tmp_path / "plain.pdf").write_bytes(foreign.page())
    subprocess.run(["qpdf", "--linearize", how, tmp_path / "plain.pdf", tmp_path / "fast.pdf"], check=True)
    history = History((tmp_path / "fast.pdf").read_bytes())
    assert len(history.revisions) == 1
    assert view_form(history, 0).printed(history) == {"amount": "100.00"}


def test_hidden_object_between_others_is_found() -> None:
    smuggled = b"99 0 obj\n(hidden)\nendobj\n"
    at = BLANK.rindex(b"xref\n", 0, BLANK.rindex(b"startxref"))
    spoilt = shifted(BLANK, at, smuggled)
    ((start, end),) = History(spoilt).strangers(1)
    assert spoilt[start:end].strip() == smuggled.strip()


def shifted(pdf: bytes, at: int, more: bytes) -> bytes:
    """Put bytes before the last table and mend the last startxref, as somebody who hides an object would."""
    moved = pdf[:at] + more + pdf[at:]
    return re.sub(rb"startxref\n\d+\n%%EOF\n\Z", b"startxref\n%d\n%%%%EOF\n" % (at + len(more)), moved)


MALFORMED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no header": (lambda pdf: pdf[1:], "开头"),
    "no end": (lambda pdf: pdf[:-6], "末尾"),
    "a table that is none": (
        lambda pdf: re.sub(rb"startxref\n\d+\n%%EOF\n\Z", b"startxref\n9\n%%EOF\n", pdf),
        "交叉引用表",
    ),
    "a table beyond the end": (
        lambda pdf: re.sub(rb"startxref\n\d+\n%%EOF\n\Z", b"startxref\n99999999\n%%EOF\n", pdf),
        "不在文件里",
    ),
    "a broken line": (lambda pdf: pdf.replace(b" 00000 n \n", b" 0000x n \n", 1), "写坏的行"),
    "an entry that leads astray": (
        lambda pdf: re.sub(rb"\d{10} 00000 n \n(?=trailer)", b"0000000009 00000 n \n", pdf, count=1),
        "没有|那里却是|不在写它",
    ),
    "two tables in one": (lambda pdf: b"trailer\n<< /XRefStm 17".join(pdf.rsplit(b"trailer\n<<", 1)), "hybrid"),
    "a stream of another length": (
        lambda pdf: re.sub(rb"/Length (\d+)", lambda found: b"/Length " + b"1".zfill(len(found[1])), pdf, count=1),
        "长度|endstream",
    ),
}


@pytest.mark.parametrize("way", MALFORMED)
def test_malformed_file_is_refused_with_its_reason(way: str) -> None:
    spoil, reason = MALFORMED[way]
    with pytest.raises(Malformed, match=reason):
        read_all(spoil(BLANK))


def read_all(pdf: bytes) -> None:
    history = History(pdf)
    for revision in history.revisions:
        list(history.written(revision.index))
        view_form(history, revision.index)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_any_flipped_byte_is_read_or_refused_never_a_crash(place: int, flip: int) -> None:
    spoilt = bytearray(SIGNED)
    spoilt[place] ^= flip
    assert reads_or_refuses(bytes(spoilt))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_read_or_refused(data: bytes) -> None:
    assert reads_or_refuses(b"%PDF-1.7\n" + data + b"\nstartxref\n9\n%%EOF\n")


def reads_or_refuses(pdf: bytes) -> bool:
    try:
        read_all(pdf)
    except Malformed as malformed:
        return malformed.reason != ""
    return True
