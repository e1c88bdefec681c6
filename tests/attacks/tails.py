"""Unsigned tails: what somebody saved behind the last signature of a letter that is not ours."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from tests import spoiling
from tests.attacks.attack import LATER, Attack, Build, Family, Sibling
from tests.attacks.siblings import FILLED_LATE, STAMPED_LETTER, VALIDATED_LETTER
from tests.signing import foreign, others
from tests.signing.others import ON_TEXT, filled, in_catalog, noted, saved, signed_letter, validation_data
from tests.tampering import Spoil

Writer = IncrementalPdfFileWriter
_REFILLED = filled("amount", "999.00")


def _behind(*spoils: Spoil) -> Build:
    """Save once for each, behind the signed letter."""

    def build() -> bytes:
        pdf = signed_letter()
        for spoil in spoils:
            pdf = saved(pdf, spoil)
        return pdf

    return build


def _stamped(spoil: Spoil) -> Build:
    """Save, and get a trusted authority's timestamp over it, as anybody can."""
    return lambda: foreign.stamped(saved(signed_letter(), spoil), others.trusted_stamps())


def _field_added(writer: Writer) -> None:
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (72, 500, 200, 520)])
    pairs = {"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Widget"), "/FT": pdf_name("/Tx"), "/Rect": rect}
    pairs |= {"/T": pdf_string("surcharge"), "/V": pdf_string("999.00")}
    added = writer.add_object(generic.DictionaryObject({pdf_name(key): value for key, value in pairs.items()}))
    listed = writer.root["/AcroForm"]["/Fields"]
    listed.append(added)
    writer.update_container(listed)
    writer.register_annotation(page, added)


def _field_dropped(writer: Writer) -> None:
    listed = writer.root["/AcroForm"]["/Fields"]
    listed.pop(0)
    writer.update_container(listed)


def _page_with_validation_data(writer: Writer) -> None:
    in_catalog("/DSS", validation_data)(writer)
    spoiling.write_on_page(writer)


def _on_what_lets_nothing_come() -> bytes:
    return saved(others.sign(others.letter(), certify=MDPPerm.NO_CHANGES), filled("note", "received"))


def _attack(name: str, said: str, check: int, build: Build, sibling: Sibling) -> Attack:
    return Attack(
        f"tail: {name}", f"外来文件最后的签章之后：{said}", check, build, sibling, None, LATER, sibling.anchors
    )


TAILS = Family(
    "tails",
    "没有签章的尾巴",
    (
        _attack(
            "refilled behind validation data",
            "先加验证资料，再改栏位",
            1,
            _behind(in_catalog("/DSS", validation_data), _REFILLED),
            VALIDATED_LETTER,
        ),
        _attack("refilled and stamped", "改栏位，再请可信的机构盖文件时间戳", 1, _stamped(_REFILLED), STAMPED_LETTER),
        _attack(
            "a mark on the page and stamped",
            "页面添一笔，再请可信的机构盖文件时间戳",
            1,
            _stamped(spoiling.write_on_page),
            STAMPED_LETTER,
        ),
        _attack(
            "a mark on the page beside validation data",
            "加验证资料，同时在页面添一笔",
            10,
            _behind(_page_with_validation_data),
            VALIDATED_LETTER,
        ),
        _attack(
            "validation data that is something else",
            "验证资料里放的是别的东西",
            10,
            _behind(in_catalog("/DSS", lambda _: pdf_string("none"))),
            VALIDATED_LETTER,
        ),
        _attack(
            "filled with one text, showing another",
            "补填空栏，画的与存的不同",
            9,
            _behind(filled("note", "yes", show="no")),
            FILLED_LATE,
        ),
        _attack(
            "filled without showing it",
            "补填空栏，存了却不画",
            9,
            _behind(filled("note", "yes", show=None)),
            FILLED_LATE,
        ),
        _attack(
            "shown without being filled", "空栏只画不存", 9, _behind(filled("note", "yes", store=False)), FILLED_LATE
        ),
        _attack(
            "filled where nothing may change", "补填的文件注明不许再改", 8, _on_what_lets_nothing_come, FILLED_LATE
        ),
        _attack("a field added", "加一个填好的栏位", 8, _behind(_field_added), FILLED_LATE),
        _attack("a field left out", "拿掉一个栏位", 8, _behind(_field_dropped), FILLED_LATE),
        _attack("a note over the words", "加一张盖住正文的便条", 10, _behind(noted(ON_TEXT)), FILLED_LATE),
        _attack("a script", "加打开时的脚本", 5, _behind(in_catalog("/OpenAction", others.a_script)), FILLED_LATE),
        _attack("loose bytes", "再附几个字节", 1, lambda: signed_letter() + b"%", VALIDATED_LETTER),
    ),
)
