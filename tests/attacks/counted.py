"""Signatures that are dropped, doubled, hidden or passed off as another kind."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import NameObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import spoiling
from tests.attacks import bases
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.siblings import COUNTERSIGNED, RETURNED, SEALED
from tests.tampering import Spoil, append, put

Writer = IncrementalPdfFileWriter


def no_form(writer: Writer) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


def no_fields(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    del form["/Fields"]
    writer.update_container(form)


def empty_fields(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/Fields")] = generic.ArrayObject()
    writer.update_container(form)


def reference_to(writer: Writer, name: str) -> generic.IndirectObject:
    """Find the reference by which the form lists a field."""
    found: generic.IndirectObject = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)
    return found


def behind_a_kid(name: str) -> Spoil:
    """Hang a signed box below a nameless parent, whose kids are then taken away."""

    def spoil(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        parent = writer.add_object(generic.DictionaryObject({pdf_name("/Kids"): generic.ArrayObject()}))
        kept = [f for f in form["/Fields"] if f.get_object()["/T"] != name]
        form[pdf_name("/Fields")] = generic.ArrayObject([*kept, parent])
        writer.update_container(form)

    return spoil


def kind_changed(name: str) -> Spoil:
    """Call a signature box a text field."""
    return lambda writer: put(writer, name, "/FT", NameObject("/Tx"))


def renamed(name: str) -> Spoil:
    return lambda writer: put(writer, name, "/T", pdf_string("note"))


def value_overwritten(name: str) -> Spoil:
    """Overwrite a signature in place with another dictionary."""

    def spoil(writer: Writer) -> None:
        signature = spoiling.field_of(writer, name)["/V"]
        signature[pdf_name("/Name")] = pdf_string("王建业")
        writer.update_container(signature)

    return spoil


def listed_twice(name: str) -> Spoil:
    """List one box twice in the form."""

    def spoil(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        form["/Fields"].append(reference_to(writer, name))
        writer.update_container(form["/Fields"])
        writer.update_container(form)

    return spoil


def second_box(name: str) -> Spoil:
    """Add a second box for a signature that is there, under a name of its own."""

    def spoil(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        copy = generic.DictionaryObject(dict(spoiling.field_of(writer, name)))
        copy[pdf_name("/T")] = pdf_string("sign_05_chairman")
        form["/Fields"].append(writer.add_object(copy))
        writer.update_container(form["/Fields"])
        writer.update_container(form)

    return spoil


def flag_lowered(writer: Writer) -> None:
    """Say that the form has no signatures."""
    form = writer.root["/AcroForm"]
    form[pdf_name("/SigFlags")] = generic.NumberObject(0)
    del form["/Fields"]
    writer.update_container(form)


PREPARER = "sign_01_prepare"
_TAILS: tuple[tuple[str, str, int, Spoil], ...] = (
    ("the form removed", "表单（AcroForm）整个拿掉", 3, no_form),
    ("the form without its list", "表单没有栏位清单（/Fields）", 3, no_fields),
    ("the form with an empty list", "表单的栏位清单清空", 3, empty_fields),
    ("the form's flag lowered", "表单声称没有签章", 3, flag_lowered),
    ("a box behind a removed kid", "签章栏挂到别的栏位下，再拿掉", 3, behind_a_kid(PREPARER)),
    ("a box taken away", "签章栏从清单里拿掉", 3, spoiling.drop_field(PREPARER)),
    ("a signature dropped", "签章栏还在，签章拿掉", 3, spoiling.drop_signature(PREPARER)),
    ("a signature overwritten", "签章被原地改写", 8, value_overwritten(PREPARER)),
    ("a box turned into a text field", "签章栏改成文字栏", 8, kind_changed(PREPARER)),
    ("a box renamed", "签章栏改名", 3, renamed(PREPARER)),
    ("a box listed twice", "签章栏在清单里列两次", 7, listed_twice(PREPARER)),
    ("a second box for one signature", "两栏共用一个签章", 3, second_box(PREPARER)),
    (
        "an empty box showing another's signature",
        "空的封印栏指向别人的签章",
        3,
        spoiling.double_signature(PREPARER, "sign_99_seal"),
    ),
    ("a copy that belongs to no box", "藏一个不属于任何栏的签章", 3, spoiling.hide_signature(PREPARER)),
)
_TO_THE_END = frozenset(
    {
        "a copy that belongs to no box",
        "a box taken away",
        "a signature dropped",
        "a signature overwritten",
        "a box turned into a text field",
        "a box renamed",
        "a second box for one signature",
    }
)
"""What does not keep the others from signing after, or is undone by it."""


def _tail(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    base = bases.finished if "empty box" in name else bases.sealed
    return Attack(f"counted in a tail: {name}", f"另存：{said}", check, lambda: append(base(), spoil), SEALED)


def _insider(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    return Attack(
        f"counted by an insider: {name}", f"核签人动手：{said}", check, lambda: bases.by_insider(spoil), SEALED
    )


def _foreign(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    build = lambda: bases.then_signed(bases.letter(), spoil)  # noqa: E731 - a builder, not a helper
    return Attack(f"counted in a letter: {name}", f"外来文件：{said}", check, build, COUNTERSIGNED, at=LATER)


_LETTER: tuple[tuple[str, str, int, Spoil], ...] = (
    ("a box taken away", "签章栏从清单里拿掉，再签", 3, spoiling.drop_field("Signature1")),
    ("a signature dropped", "签章拿掉，再签", 3, spoiling.drop_signature("Signature1")),
    ("a box renamed", "签章栏改名，再签", 3, renamed("Signature1")),
    ("a second box for one signature", "两栏共用一个签章，再签", 3, second_box("Signature1")),
    ("a copy that belongs to no box", "藏一个不属于任何栏的签章，再签", 3, spoiling.hide_signature("Signature1")),
    ("a signature overwritten", "签章被原地改写，再签", 8, value_overwritten("Signature1")),
)


def _empty_box_of_another() -> bytes:
    """Let an empty box of the route show the preparer's signature, and stop there."""
    return append(bases.prepared(), spoiling.double_signature(PREPARER, "sign_03_gm"))


COUNTED = Family(
    "counted",
    "签章漏掉、重复、藏起来",
    (
        *map(_tail, _TAILS),
        *(_insider(row) for row in _TAILS if row[0] in _TO_THE_END),
        *map(_foreign, _LETTER),
        Attack(
            "counted: the manager's box shows the clerk's signature",
            "总经理栏指向经办的签章",
            3,
            _empty_box_of_another,
            RETURNED,
        ),
    ),
)
