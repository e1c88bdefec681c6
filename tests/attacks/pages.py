"""The page under the fields: taken away, added, turned, cropped, put on layers, covered."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import NumberObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import spoiling
from tests.attacks import bases
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.counted import reference_to
from tests.attacks.siblings import COUNTERSIGNED, SEALED, TWO_PAGES
from tests.tampering import Spoil, append, put

Writer = IncrementalPdfFileWriter


def page_key(key: str, value: generic.PdfObject) -> Spoil:
    def spoil(writer: Writer) -> None:
        opened = _page(writer)
        opened[pdf_name(key)] = value

    return spoil


def root_key(key: str, value: generic.PdfObject) -> Spoil:
    def spoil(writer: Writer) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    return spoil


def _page(writer: Writer) -> generic.DictionaryObject:
    page, _ = writer.find_page_for_modification(0)
    opened: generic.DictionaryObject = page.get_object()
    writer.update_container(opened)
    return opened


def numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(n) for n in values])


def page_removed(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    pages[pdf_name("/Kids")] = generic.ArrayObject(list(pages["/Kids"])[:-1])
    pages[pdf_name("/Count")] = NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def pages_reordered(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    raw = [pages["/Kids"].raw_get(n) for n in range(len(pages["/Kids"]))]
    pages[pdf_name("/Kids")] = generic.ArrayObject(raw[::-1])
    writer.update_container(pages)


def page_doubled(writer: Writer) -> None:
    """List the first page twice."""
    pages = writer.root["/Pages"]
    raw = [pages["/Kids"].raw_get(n) for n in range(len(pages["/Kids"]))]
    pages[pdf_name("/Kids")] = generic.ArrayObject([*raw, raw[0]])
    pages[pdf_name("/Count")] = NumberObject(len(raw) + 1)
    writer.update_container(pages)


def count_lies(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    pages[pdf_name("/Count")] = NumberObject(7)
    writer.update_container(pages)


def boxes_taken_off(writer: Writer) -> None:
    """Take all boxes off the page: the fields are there, and nobody sees them."""
    _page(writer)[pdf_name("/Annots")] = generic.ArrayObject()


def boxes_turned_round(writer: Writer) -> None:
    """Draw the boxes in the opposite order, so that another lies on top."""
    opened = _page(writer)
    listed = opened["/Annots"]
    raw = [listed.raw_get(n) for n in range(len(listed))]
    opened[pdf_name("/Annots")] = generic.ArrayObject(raw[::-1])


def box_twice(writer: Writer) -> None:
    opened = _page(writer)
    opened[pdf_name("/Annots")] = generic.ArrayObject([*opened["/Annots"], reference_to(writer, "net")])


def box_on_another_page(writer: Writer) -> None:
    """Tell a box that it belongs to another page."""
    other = writer.add_object(generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Page")}))
    put(writer, "net", "/P", other)


def font_of_page(writer: Writer) -> None:
    """Let the page's resources name another font."""
    fonts = _page(writer)["/Resources"]["/Font"]
    new = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/ZapfDingbats"}
    other = generic.DictionaryObject({pdf_name(key): pdf_name(value) for key, value in new.items()})
    fonts[pdf_name(next(iter(fonts)))] = writer.add_object(other)
    writer.update_container(fonts)


def content_overwritten(writer: Writer) -> None:
    """Overwrite the page's content stream in place."""
    page, _ = writer.find_page_for_modification(0)
    contents = page.get_object()["/Contents"]
    stream = contents[0] if isinstance(contents, generic.ArrayObject) else contents
    stream._data, stream._encoded_data = b"q Q", None
    writer.update_container(stream)


LAYERS = generic.DictionaryObject(
    {
        pdf_name("/OCGs"): generic.ArrayObject(),
        pdf_name("/D"): generic.DictionaryObject({pdf_name("/BaseState"): pdf_name("/OFF")}),
    }
)
_BOTH: tuple[tuple[str, str, Spoil], ...] = (
    ("content emptied", "页面内容换成空白", spoiling.free_page_content),
    ("content overwritten in place", "页面内容原地改写", content_overwritten),
    ("a mark", "页面上添一笔", spoiling.write_on_page),
    ("a note laid over", "页面上盖批注", spoiling.lay_over),
    ("a page added", "加一页", spoiling.add_page),
    ("a page listed twice", "同一页列两次", page_doubled),
    ("a page count that lies", "页数写成七", count_lies),
    ("turned", "页面转九十度（/Rotate）", page_key("/Rotate", NumberObject(90))),
    ("cropped", "页面裁小（/CropBox）", page_key("/CropBox", numbers(0, 400, 595, 842))),
    ("another size", "页面改尺寸（/MediaBox）", page_key("/MediaBox", numbers(0, 400, 595, 842))),
    ("another unit", "页面改单位（/UserUnit）", page_key("/UserUnit", NumberObject(3))),
    (
        "another group",
        "页面加上透明组（/Group）",
        page_key("/Group", generic.DictionaryObject({pdf_name("/S"): pdf_name("/Transparency")})),
    ),
    ("layers off", "加上图层设定（/OCProperties），全部关掉", root_key("/OCProperties", LAYERS)),
    (
        "a view that hides",
        "打开时的显示方式改了",
        root_key(
            "/ViewerPreferences",
            generic.DictionaryObject({pdf_name("/HideToolbar"): generic.BooleanObject(value=True)}),
        ),
    ),
    (
        "labels of pages",
        "页码标签改了（/PageLabels）",
        root_key("/PageLabels", generic.DictionaryObject({pdf_name("/Nums"): generic.ArrayObject()})),
    ),
    (
        "bookmarks",
        "加上书签（/Outlines）",
        root_key("/Outlines", generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Outlines")})),
    ),
    ("another language", "语言改了（/Lang）", root_key("/Lang", pdf_string("en"))),
    (
        "a structure tree",
        "结构树改了（/StructTreeRoot）",
        root_key("/StructTreeRoot", generic.DictionaryObject({pdf_name("/Type"): pdf_name("/StructTreeRoot")})),
    ),
    ("an earlier version claimed", "版本改了（/Version）", root_key("/Version", pdf_name("/1.0"))),
    ("a collection of files", "变成文件集（/Collection）", root_key("/Collection", generic.DictionaryObject())),
    ("the font of the page", "页面用的字体换掉", font_of_page),
)
_OURS: tuple[tuple[str, str, int, Spoil], ...] = (
    ("the page removed", "拿掉唯一一页", 10, page_removed),
    ("the boxes taken off", "把栏位从页面上拿下来", 10, boxes_taken_off),
    ("the boxes in the opposite order", "栏位的叠放次序倒过来", 10, boxes_turned_round),
    ("a box listed twice", "同一栏在页面上列两次", 10, box_twice),
    ("a box of another page", "栏位改归别的页面", 8, box_on_another_page),
    ("the permissions dropped", "公司签发时的权限拿掉", 10, spoiling.drop_permissions),
    ("another title", "文件标题改了", 10, spoiling.rename),
)


def _insider(name: str, said: str, check: int, spoil: Spoil) -> Attack:
    return Attack(f"page insider: {name}", f"核签人：{said}", check, lambda: bases.by_insider(spoil), SEALED)


def _letter(name: str, said: str, spoil: Spoil) -> Attack:
    build = lambda: bases.then_signed(bases.letter(), spoil)  # noqa: E731 - a builder, not a helper
    return Attack(f"page letter: {name}", f"外来文件再签时：{said}", 10, build, COUNTERSIGNED, at=LATER)


def _two(spoil: Spoil) -> bytes:
    return bases.then_signed(bases.two_pages_signed(), spoil)


def _tail(spoil: Spoil) -> bytes:
    return append(bases.sealed(), spoil)


PAGES = Family(
    "pages",
    "改页面",
    (
        *(_insider(name, said, 10, spoil) for name, said, spoil in _BOTH),
        *(_insider(*row) for row in _OURS),
        *(_letter(*row) for row in _BOTH),
        Attack(
            "page letter: a page removed",
            "外来文件再签时：拿掉一页",
            10,
            lambda: _two(page_removed),
            TWO_PAGES,
            at=LATER,
        ),
        Attack(
            "page letter: pages in another order",
            "外来文件再签时：两页对调",
            10,
            lambda: _two(pages_reordered),
            TWO_PAGES,
            at=LATER,
        ),
        Attack(
            "page tail: turned", "另存：页面转九十度", 10, lambda: _tail(page_key("/Rotate", NumberObject(90))), SEALED
        ),
        Attack(
            "page tail: layers off", "另存：加上图层设定", 10, lambda: _tail(root_key("/OCProperties", LAYERS)), SEALED
        ),
    ),
)
