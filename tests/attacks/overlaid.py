"""Overlays: boxes and notes that a later save laid over what the signers of a letter saw."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from tests.attacks.attack import LATER, Attack, Build, Family, Sibling
from tests.attacks.siblings import FREE_BOX, NOTED_BESIDE, SIGNED_BESIDE
from tests.signing.others import ON_FIELD, ON_TEXT, Box, drawn, field, letter, noted, saved, sign, signed_letter
from tests.tampering import Spoil

Writer = IncrementalPdfFileWriter


def _boxed(at: Box) -> Build:
    """Let a second person sign in a box of that place."""
    return lambda: sign(signed_letter(), "Signature2", at=at)


def _behind(spoil: Spoil) -> Build:
    """Save on a letter whose certification lets notes come."""
    return lambda: saved(sign(letter(), certify=MDPPerm.ANNOTATE), spoil)


def _before_second(spoil: Spoil) -> Build:
    """Save something for a second signer to cover."""
    return lambda: sign(saved(signed_letter(), spoil), "Signature2", at=FREE_BOX)


def _field_moved(writer: Writer) -> None:
    moved = field(writer, "amount")
    moved[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(n) for n in ON_TEXT])
    writer.update_container(moved)


def _field_hidden(writer: Writer) -> None:
    hidden = field(writer, "amount")
    hidden[pdf_name("/F")] = generic.NumberObject(2)
    writer.update_container(hidden)


def _words_anywhere(writer: Writer) -> None:
    """Write words that read like the page's own, in a free place."""
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (72, 300, 272, 320)])
    look = generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawn("plus 900.00 in cash"))})
    pairs = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/FreeText"), "/Rect": rect, "/AP": look}
    pairs |= {"/Contents": pdf_string("plus 900.00 in cash"), "/DA": pdf_string("/Helv 12 Tf 0 g")}
    note = writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in pairs.items()}))
    writer.register_annotation(page, note)


def _then_moved() -> bytes:
    """Lay a note in a free place, and move it over the words in a later save."""

    def move(writer: Writer) -> None:
        note = writer.root["/Pages"]["/Kids"][0]["/Annots"][-1].get_object()
        note[pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(n) for n in ON_TEXT])
        writer.update_container(note)

    return saved(_behind(noted((72, 300, 272, 320)))(), move)


def _attack(name: str, said: str, build: Build, sibling: Sibling, check: int = 10) -> Attack:
    return Attack(f"overlay: {name}", said, check, build, sibling, None, LATER, sibling.anchors)


OVERLAYS = Family(
    "overlays",
    "盖在已签内容上的东西",
    (
        _attack("a signature box over words", "再签的签章格盖住正文", _boxed(ON_TEXT), SIGNED_BESIDE),
        _attack("a signature box over a field", "再签的签章格盖住栏位", _boxed(ON_FIELD), SIGNED_BESIDE),
        _attack("a note over words", "许加批注的文件，批注盖住正文", _behind(noted(ON_TEXT)), NOTED_BESIDE),
        _attack("a note over a field", "许加批注的文件，批注盖住栏位", _behind(noted(ON_FIELD)), NOTED_BESIDE),
        _attack("a note moved over words", "批注先放在空处，再移到正文上", _then_moved, NOTED_BESIDE),
        _attack(
            "words like the page's own", "许加批注的文件，加上像正文的文字", _behind(_words_anywhere), NOTED_BESIDE
        ),
        _attack(
            "a note before the second signature",
            "不许加批注的文件，会签前加批注",
            _before_second(noted(ON_TEXT)),
            SIGNED_BESIDE,
        ),
        _attack("a field moved over words", "会签前把栏位移到正文上", _before_second(_field_moved), SIGNED_BESIDE, 8),
        _attack("a field hidden", "会签前把栏位藏起来", _before_second(_field_hidden), SIGNED_BESIDE, 8),
    ),
)
