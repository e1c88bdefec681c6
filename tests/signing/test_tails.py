"""What may follow the last signature of a file that is not ours, and what of it is told."""

from collections.abc import Callable

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string

from tests.signing import foreign, others
from tests.signing.drawings import Writer, dictionary
from tests.signing.letters import left_open, outcome, signed
from tests.signing.test_showing import ACCEPTED, TOLD, Outcome
from tests.tampering import Spoil, stamps

CERTIFICATE = others.certificate()
XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
    ' xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta>'
    '<?xpacket end="w"?>'
)
TITLE = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:title>'


def validating(data: bytes = CERTIFICATE, **more: generic.PdfObject) -> Spoil:
    """Add validation data."""

    def spoil(writer: Writer) -> None:
        stream = writer.add_object(generic.StreamObject(stream_data=data))
        store = dictionary(Type=pdf_name("/DSS"), Certs=generic.ArrayObject([stream]), **more)
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    return spoil


def also(*spoils: Spoil) -> Spoil:
    def spoil(writer: Writer) -> None:
        for one in spoils:
            one(writer)

    return spoil


def particulars(**pairs: str) -> Spoil:
    def spoil(writer: Writer) -> None:
        known = {key[1:]: value for key, value in writer.trailer_view["/Info"].items()}
        new = {key: pdf_string(value) for key, value in pairs.items()}
        writer.set_info(writer.add_object(dictionary(**{**known, **new})))

    return spoil


def described(elements: str = "", attributes: str = "") -> Spoil:
    """Describe the file in XMP."""

    def spoil(writer: Writer) -> None:
        data = XMP.format(elements=elements, attributes=attributes).encode()
        pairs = {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}
        writer.root[pdf_name("/Metadata")] = writer.add_object(generic.StreamObject(pairs, stream_data=data))
        writer.update_root()

    return spoil


def orphan(writer: Writer) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 800 Td (PAY 999) Tj ET"))


def tail(spoil: Spoil, base: bytes | None = None) -> Outcome:
    return outcome(others.saved(base or signed(), spoil), others.house_trust())


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (validating(), ACCEPTED),
        (validating(b"PAY 999"), TOLD),
        (validating(CERTIFICATE + b"PAY 999"), TOLD),
        (validating(Note=pdf_string("PAY 999")), TOLD),
        (also(validating(), particulars(Producer="A Program", ModDate="D:20261126000000Z")), ACCEPTED),
        (also(validating(), particulars(Producer="PAY 999. " * 60)), TOLD),
        (also(validating(), particulars(Title="PAY 999")), TOLD),
        (also(validating(), particulars(Author="Somebody Else")), TOLD),
        (also(validating(), orphan), TOLD),
        (also(validating(), others.in_catalog("/Extensions", lambda _: dictionary(ESIC=dictionary()))), ACCEPTED),
    ],
    ids=[
        "a certificate",
        "no certificate",
        "a certificate and more",
        "another entry",
        "program and date",
        "a long program",
        "title",
        "author",
        "an object of no use",
        "an extension",
    ],
)
def test_tail_of_validation_data_is_accepted_if_it_is_nothing_else(spoil: Spoil, expected: Outcome) -> None:
    assert tail(spoil) == expected


def test_save_that_adds_nothing_is_told() -> None:
    assert tail(particulars(ModDate="D:20261126000000Z")) == TOLD


DC = "http://purl.org/dc/elements/1.1/"
AGAIN = f'<rdf:Description xmlns:dc="{DC}">{TITLE.format("PAY 999")}</rdf:Description>'
OLD = {"elements": TITLE.format("A LETTER"), "attributes": ' xmp:ModifyDate="2026-11-25T00:00:00Z"'}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({**OLD, "attributes": ' xmp:ModifyDate="2026-11-26T00:00:00Z" xmpMM:InstanceID="uuid:1"'}, ACCEPTED),
        ({**OLD, "elements": "\n" + OLD["elements"] + "\n"}, ACCEPTED),
        ({**OLD, "elements": TITLE.format("PAY 999")}, TOLD),
        ({**OLD, "elements": ""}, TOLD),
        ({**OLD, "attributes": OLD["attributes"] + ' xmlns:pay="urn:pay" pay:amount="999"'}, TOLD),
        ({**OLD, "elements": OLD["elements"] + AGAIN}, TOLD),
        ({**OLD, "elements": f"{OLD['elements']}</rdf:Description>{AGAIN}<rdf:Description>"}, TOLD),
        (
            {
                **OLD,
                "elements": f"{OLD['elements']}</rdf:Description><rdf:RDF>{AGAIN}</rdf:RDF><rdf:Description>",
            },
            TOLD,
        ),
        (
            {
                **OLD,
                "elements": f"{OLD['elements']}</rdf:Description></rdf:RDF>{AGAIN}<rdf:RDF><rdf:Description>",
            },
            TOLD,
        ),
        ({"elements": OLD["elements"] + "<rdf:li>", "attributes": ""}, TOLD),
    ],
    ids=[
        "date and instance",
        "white space",
        "another title",
        "no title",
        "another property",
        "a title within",
        "a title in a second description",
        "a title in a shell within",
        "a title outside the shell",
        "not well formed",
    ],
)
def test_description_may_say_when_it_was_saved_and_nothing_else(new: dict[str, str], expected: Outcome) -> None:
    base = others.sign(others.saved(others.letter(), described(**OLD)))
    assert tail(also(validating(), described(**new)), base) == expected


Close = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "spoil", [particulars(Title="PAY 999"), described(TITLE.format("PAY 999"))], ids=["Info", "XMP"]
)
@pytest.mark.parametrize(
    "close",
    [lambda pdf: foreign.stamped(pdf, stamps()), lambda pdf: others.sign(pdf, "Signature2", at=(72, 100, 172, 150))],
    ids=["a timestamp", "a signature"],
)
def test_title_that_changes_between_signatures_is_told(spoil: Spoil, close: Close) -> None:
    assert "标题" in left_open(close(others.saved(signed(), spoil)))[10]


def test_signature_that_leaves_the_title_alone_is_accepted() -> None:
    twice = others.sign(others.saved(signed(), particulars(Producer="B")), "Signature2", at=(72, 100, 172, 150))
    assert outcome(twice, others.house_trust()) == ACCEPTED


@pytest.mark.parametrize(("second", "expected"), [(b"0" * 16, []), (b"PAY 999 " * 40, [1, 10]), (None, [1, 10])])
def test_second_identifier_is_a_short_one(second: bytes | None, expected: list[int]) -> None:
    def spoil(writer: Writer) -> None:
        validating()(writer)
        first = writer.document_id[0]
        new = generic.NumberObject(999) if second is None else generic.ByteStringObject(second)
        writer._document_id = generic.ArrayObject([first, new])

    assert outcome(others.saved(signed(), spoil))[1] == expected
