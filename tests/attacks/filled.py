"""Sneaky form updates: another value, another look, another font, another behaviour of a field."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import NameObject, NumberObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import spoiling
from tests.attacks import bases
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.bases import DESK
from tests.attacks.siblings import COUNTERSIGNED, FINISHED, SEALED, SECOND_ROUND
from tests.signing import foreign
from tests.tampering import Spoil, append, put

Writer = IncrementalPdfFileWriter
GM_OPINION = "opinion_03_gm"


def restyled(key: str, value: generic.PdfObject, name: str = GM_OPINION) -> Spoil:
    return lambda writer: put(writer, name, key, value)


def options(writer: Writer) -> None:
    put(writer, "customer", "/Opt", generic.ArrayObject([pdf_string("南方仪表有限公司")]))


def kids(writer: Writer) -> None:
    """Give an amount a second box, elsewhere on the page, with another look."""
    box = generic.DictionaryObject(dict(spoiling.field_of(writer, "reason")))
    for key in ("/T", "/FT", "/V"):
        box.pop(pdf_name(key), None)
    put(writer, "net", "/Kids", generic.ArrayObject([writer.add_object(box)]))


def form_font_to_unicode(writer: Writer) -> None:
    """Say that the form's font writes other letters than it draws."""
    _of_form_font(writer, "/ToUnicode", writer.add_object(generic.StreamObject(stream_data=b"9 0 obj")))


def form_font_encoding(writer: Writer) -> None:
    differences = generic.ArrayObject([NumberObject(0x31), pdf_name("/nine")])
    _of_form_font(writer, "/Encoding", generic.DictionaryObject({pdf_name("/Differences"): differences}))


def _of_form_font(writer: Writer, key: str, value: generic.PdfObject) -> None:
    named = writer.root["/AcroForm"]["/DR"]["/Font"]
    font = named[next(iter(named))]
    font[pdf_name(key)] = value
    writer.update_container(font)


def form_font_replaced(writer: Writer) -> None:
    """Let the form's resources name another font by the old name."""
    fonts = writer.root["/AcroForm"]["/DR"]["/Font"]
    other = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/ZapfDingbats"}
    new = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in other.items()})
    fonts[pdf_name(next(iter(fonts)))] = writer.add_object(new)
    writer.update_container(fonts)


def shown_font_to_unicode(writer: Writer) -> None:
    """Overwrite the table that says which letters an earlier amount's glyphs stand for."""
    font = spoiling.field_of(writer, "net")["/AP"]["/N"]["/Resources"]["/Font"]["/F0"]
    table = font["/ToUnicode"]
    table._data, table._encoded_data = b"", None
    writer.update_container(table)


def appearance_of_another(writer: Writer) -> None:
    """Let the tax be shown by the total's appearance."""
    put(writer, "tax_amount", "/AP", spoiling.field_of(writer, "grand_total")["/AP"])


def appearance_removed(writer: Writer) -> None:
    put(writer, "net", "/AP", generic.DictionaryObject())


def rich_text(writer: Writer) -> None:
    put(writer, "reason", "/RV", pdf_string("<body><p>客户自愿</p></body>"))


def state_only(writer: Writer) -> None:
    """Show a tick that is not stored."""
    put(writer, "evidence_02_signed_form", "/AS", pdf_name("/Yes"))


def order_of_calculation(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/CO")] = generic.ArrayObject([writer.root["/AcroForm"]["/Fields"][0]])
    writer.update_container(form)


def form_alignment(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/Q")] = NumberObject(2)
    writer.update_container(form)


def value_indirect(writer: Writer) -> None:
    """Move a value into an object of its own, for a later revision to overwrite."""
    put(writer, "net", "/V", writer.add_object(pdf_string("10,121.60")))


_SPOILS: tuple[tuple[str, str, int, Spoil], ...] = (
    ("another amount", "金额改掉", 8, spoiling.refill("net", "99.00")),
    ("another customer", "客户改掉", 8, spoiling.refill("customer", "南方仪表有限公司")),
    ("another number", "编号改掉", 8, spoiling.refill("sys_no", "A2611002")),
    ("the number in full-width digits", "编号改成全角数字", 8, spoiling.refill("sys_no", "A２６１１００１")),
    ("the amount in full-width digits", "金额改成全角数字", 8, spoiling.refill("net", "１０,１２１.６０")),
    ("a blank row filled", "空行补填", 8, spoiling.refill("lines_08_item", "附加品")),
    ("a tick set", "勾选项补勾", 8, spoiling.refill("evidence_02_signed_form", True)),
    ("a later step's opinion early", "提前填下一步的意见", 8, spoiling.refill(GM_OPINION, "同意")),
    ("the copy label early", "提前填联别", 8, spoiling.refill("sys_copy_label", "第二联 会计作账")),
    ("only what is stored", "只改存的值，不改样子", 8, spoiling.store_only("net", "99.00")),
    ("only what is shown", "只改样子，不改存的值", 8, spoiling.show_only("net", "99.00")),
    ("a tick shown only", "只显示勾选，不存", 8, state_only),
    ("an appearance overwritten in place", "原地改写栏位样子的数据流", 8, spoiling.redraw_in_place("net")),
    ("another field's appearance", "税额借用总额的样子", 8, appearance_of_another),
    ("an appearance taken away", "栏位样子拿掉", 8, appearance_removed),
    ("a value moved out", "栏位的值移到别的对象", 8, value_indirect),
    ("a rich text", "加上带格式的文字（/RV）", 8, rich_text),
    ("a field hidden", "栏位藏起来", 8, spoiling.hide("net")),
    ("a field moved", "栏位挪走", 8, spoiling.move("net")),
    (
        "a field moved off the page",
        "栏位挪到页外",
        8,
        restyled("/Rect", generic.ArrayObject([generic.FloatObject(n) for n in (-900, -900, -800, -880)]), "net"),
    ),
    (
        "a field laid over another",
        "栏位挪到别的栏位上",
        8,
        restyled("/Rect", generic.ArrayObject([generic.FloatObject(n) for n in (300, 500, 400, 520)]), "reason"),
    ),
    ("a field's flags", "下一步的栏位改成只读", 8, restyled("/Ff", NumberObject(1))),
    ("a field's longest text", "下一步的栏位限成一个字", 8, restyled("/MaxLen", NumberObject(1))),
    ("a field's default look", "下一步的栏位改用别的字体", 8, restyled("/DA", pdf_string("/Courier 40 Tf 1 g"))),
    ("a field's choices", "栏位加上选项（/Opt）", 8, options),
    ("a field's default value", "栏位加上预设值（/DV）", 8, restyled("/DV", pdf_string("不同意"))),
    ("a field's export name", "栏位改了输出名（/TM）", 8, restyled("/TM", pdf_string("gross"), "net")),
    ("a field's tooltip", "栏位改了说明（/TU）", 8, restyled("/TU", pdf_string("总额"), "net")),
    (
        "a field's border and colour",
        "栏位改了底色（/MK）",
        8,
        restyled("/MK", generic.DictionaryObject({pdf_name("/BG"): generic.ArrayObject([NumberObject(0)])}), "net"),
    ),
    (
        "a field on a layer",
        "栏位放进图层（/OC）",
        8,
        restyled("/OC", generic.DictionaryObject({pdf_name("/Type"): pdf_name("/OCG")}), "net"),
    ),
    ("a field of another kind", "栏位改成按钮", 8, restyled("/FT", NameObject("/Btn"), "net")),
    ("a second box of a field", "栏位另加一格", 8, kids),
    ("a field added", "加一个栏位", 8, spoiling.add_field),
    ("a field taken away", "拿掉一个栏位", 8, spoiling.drop_field("reason")),
    ("another form", "换一份表单", 8, spoiling.second_form),
    ("an order of calculation", "加上计算次序（/CO）", 10, order_of_calculation),
    ("the form's alignment", "表单改了对齐", 10, form_alignment),
    ("redrawing asked for", "要求阅读程序重画栏位", 5, spoiling.ask_for_redrawing),
    ("the form's font altered", "表单的公用字体改名", 10, spoiling.swap_form_font),
    ("the form's font replaced", "表单的公用字体换成另一个", 10, form_font_replaced),
    ("the form's font encoding", "表单的公用字体改编码", 10, form_font_encoding),
    ("the form's font read otherwise", "表单的公用字体改读法（ToUnicode）", 10, form_font_to_unicode),
    ("the shown font overwritten", "已填金额的字形改写", 8, spoiling.swap_shown_font),
    ("the shown font read otherwise", "已填金额的读法（ToUnicode）改写", 8, shown_font_to_unicode),
    ("a lock changed", "改下一步签章的锁定范围", 10, spoiling.widen_lock("sign_03_gm")),
)
_NOT_TO_THE_END = frozenset({"redrawing asked for", "a lock changed"})
"""What signing undoes, or what keeps the others from signing."""


def _tail(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    return Attack(f"form tail: {name}", f"另存：{said}", check, lambda: append(bases.sealed(), spoil), SEALED)


def _insider(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    return Attack(f"form insider: {name}", f"核签人：{said}", check, lambda: bases.by_insider(spoil), SEALED)


def _own(spoil: Spoil) -> bytes:
    return bases.by_insider(spoil)


def _locked_letter() -> bytes:
    """Fill a field that the first signature of a letter locked."""
    return foreign.signed(bases.locked(), "Signature2", amount="5.00")


OWN = "opinion_02_deputy_gm"
FILLED = Family(
    "filled",
    "偷改栏位",
    (
        *map(_tail, _SPOILS),
        *(_insider(row) for row in _SPOILS if row[0] not in _NOT_TO_THE_END),
        Attack(
            "form insider: the lock of one's own box",
            "核签人改自己签章的锁定范围",
            10,
            lambda: DESK.step(bases.prepared(), "deputy_gm", spoiling.widen_lock("sign_03_gm")),
            FINISHED,
        ),
        Attack(
            "form insider: own field shows other than it stores",
            "核签人自己的意见，看到的与存着的不同",
            9,
            lambda: _own(spoiling.show_only(OWN, "不同意")),
            SEALED,
        ),
        Attack(
            "form insider: own field stores other than it shows",
            "核签人自己的意见，存着的与看到的不同",
            9,
            lambda: _own(spoiling.store_only(OWN, "不同意")),
            SEALED,
        ),
        Attack(
            "form insider: own field without appearance",
            "核签人自己的意见没有样子",
            9,
            lambda: _own(restyled("/AP", generic.DictionaryObject(), OWN)),
            SEALED,
        ),
        Attack(
            "form insider: own field hidden", "核签人把自己的意见藏起来", 8, lambda: _own(spoiling.hide(OWN)), SEALED
        ),
        Attack(
            "form insider: a reset later in the route",
            "客户签章时又改第一步的金额",
            8,
            lambda: DESK.seal(
                DESK.step(
                    DESK.finish(bases.prepared(), "deputy_gm", last="gm"), "customer", spoiling.refill("net", "1.00")
                )
            ),
            SECOND_ROUND,
        ),
        Attack(
            "form letter: a locked field filled",
            "外来文件，改了前一个签章锁住的栏位",
            8,
            _locked_letter,
            COUNTERSIGNED,
            at=LATER,
        ),
    ),
)
