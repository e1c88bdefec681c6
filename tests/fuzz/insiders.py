"""Alterations by those who can sign: something more changes in an honest step's revision, and the document goes on.

Every signature is sound then; only what changed tells. The honest sibling is the same document without it.
"""

import functools
from random import Random

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.fuzz.originals import Original
from tests.fuzz.structural import append_revision
from tests.tampering import STEPS, Desk, Spoil, append, field, put, stamps

Writer = IncrementalPdfFileWriter
SEAL = "seal"
_DESK = Desk("d-5e10aa", "A2611009", stamps())
_NUMBERED = ("/F", "/Ff", "/Q", "/MaxLen")
_COPIED = ("/AP", "/Rect", "/V", "/MK", "/DA", "/T", "/Parent")
_CATALOG = ("/Lang", "/PageMode", "/DSS", "/Extensions", "/OCProperties", "/ViewerPreferences", "/Perms")


@functools.cache
def honest() -> Original:
    return Original("sealed by insiders", _DESK.seal(_DESK.finish()))


def alter_before_signing(random: Random) -> bytes:
    """Alter something in one of the steps after the first, sign, and take the document to its seal.

    Half of them alter in the step's own revision, half in one that stands unsigned before it; the seal has only those.
    """
    at = random.choice((*STEPS[1:], SEAL))
    if at == SEAL:
        return _DESK.seal(_append(random, _before(SEAL)))
    if random.random() < 0.5:
        return _DESK.seal(_go_on(_DESK.step(_append(random, _before(at)), at), at))
    return _DESK.seal(_go_on(_DESK.step(_before(at), at, _spoil(random)), at))


def _append(random: Random, base: bytes) -> bytes:
    """Alter a field or a page properly, or any of the file's objects blindly."""
    if random.random() < 0.5:
        return append(base, _spoil(random))
    return append_revision(random, base, honest().pdf)


@functools.cache
def _before(step: str) -> bytes:
    if step == SEAL:
        return _DESK.finish()
    return _DESK.finish(last=STEPS[STEPS.index(step) - 1])


def _go_on(signed: bytes, step: str) -> bytes:
    following = STEPS[STEPS.index(step) + 1 :]
    return _DESK.finish(signed, following[0]) if following else signed


def _spoil(random: Random) -> Spoil:
    """Choose what is altered; some of it cannot be, then the writer raises and there is nothing to judge."""
    alter = random.choice((_set_number, _copy_key, _say, _drop_key, _draw, _rotate, _set_in_catalog, _drop_field))
    return lambda writer: alter(random, writer)


def _set_number(random: Random, writer: Writer) -> None:
    value = generic.NumberObject(random.choice((0, 1, 2, 3, 32, 64, 8192)))
    put(writer, _name(random, writer), random.choice(_NUMBERED), value)


def _copy_key(random: Random, writer: Writer) -> None:
    """Give a field what another has: its looks, its place, its value, its name."""
    key = random.choice(_COPIED)
    put(writer, _name(random, writer), key, field(writer, _name(random, writer))[key])


def _say(random: Random, writer: Writer) -> None:
    put(writer, _name(random, writer), "/V", pdf_string(random.choice(("999,999.00", "不同意", ""))))


def _drop_key(random: Random, writer: Writer) -> None:
    opened = field(writer, _name(random, writer))
    del opened[random.choice(sorted(opened))]


def _draw(random: Random, writer: Writer) -> None:
    """Draw over a page, visibly or not, or over a field's own looks."""
    colour = random.choice((b"1 1 1 rg", b"1 0 0 rg"))
    drawing = generic.StreamObject(stream_data=b"q %s 100 %d 90 20 re f Q" % (colour, random.randrange(700)))
    if random.random() < 0.5:
        writer.add_stream_to_page(0, writer.add_object(drawing), resources=generic.DictionaryObject())
        return
    looks = field(writer, _name(random, writer))["/AP"]["/N"]
    looks._data = b"/Tx BMC q 0 0 9 9 re f Q EMC"
    looks._encoded_data = None
    writer.update_container(looks)


def _rotate(random: Random, writer: Writer) -> None:
    page, _ = writer.find_page_for_modification(0)
    opened = page.get_object()
    opened[pdf_name(random.choice(("/Rotate", "/UserUnit", "/StructParents")))] = generic.NumberObject(90)
    writer.update_container(opened)


def _set_in_catalog(random: Random, writer: Writer) -> None:
    writer.root[pdf_name(random.choice(_CATALOG))] = generic.DictionaryObject()
    writer.update_root()


def _drop_field(random: Random, writer: Writer) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[random.randrange(len(fields))]
    writer.update_container(fields)


def _name(random: Random, writer: Writer) -> str:
    return str(random.choice(writer.root["/AcroForm"]["/Fields"]).get_object()["/T"])
