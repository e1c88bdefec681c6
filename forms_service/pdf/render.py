"""Rendering: a layout becomes the blank, fillable PDF — printed by ReportLab, its AcroForm fields added by pypdf.

Equal input gives equal bytes. The file has a classic cross-reference table and no NeedAppearances; typed text is set
in a font that is named, not embedded, which PDFium, pdf.js, Poppler and MuPDF all draw right.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from forms_service.domain.people import Firm
from forms_service.domain.spec import FormSpec
from forms_service.domain.widgets import ISSUE, SEAL, Widget, locked_names
from forms_service.pdf.appearance import EMPTY, tick_stream
from forms_service.pdf.box import Box
from forms_service.pdf.drawing import FirmName, Frame, Line, Mark, Shade, Text
from forms_service.pdf.fonts import Fonts
from forms_service.pdf.layout import Layout
from forms_service.pdf.ruling import rule_frames

SONG = "/Song"
_SHADES: Mapping[Shade, tuple[float, float, float]] = {
    "ink": (0.10, 0.10, 0.12),
    "soft": (0.42, 0.41, 0.38),
    "tint": (0.965, 0.957, 0.937),
    "band": (0.915, 0.900, 0.865),
}
_RULE = (0.24, 0.23, 0.21)
_READ_ONLY, _MULTILINE, _COMBO = 1, 1 << 12, 1 << 17
_PRINTED = 4
_SQUARE = 2  # line ends reach over the corner, so that corners are whole
_TYPES = {"check": "/Btn", "choice": "/Ch", "signature": "/Sig"}
_ALIGNMENTS = {"left": 0, "center": 1, "right": 2}


def render_blank(layout: Layout, firm: Firm, fonts: Fonts) -> bytes:
    """Render a layout's blank form with every AcroForm field in it, none of them filled."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_print(layout, firm, fonts))))
    writer.pdf_header = "%PDF-1.7"
    _pack_streams(writer)
    sheet = _Sheet(writer, layout)
    fields = {widget.name: sheet.add_field(widget) for widget in _in_tab_order(layout)}
    form = _form(writer, [fields[name] for name in layout.form_order])
    writer.root_object[NameObject("/AcroForm")] = writer._add_object(form)  # noqa: SLF001 - pypdf offers no public way to add an object
    writer.root_object[NameObject("/Lang")] = TextStringObject("zh-CN")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _print(layout: Layout, firm: Firm, fonts: Fonts) -> bytes:
    printed = io.BytesIO()
    canvas = Canvas(printed, pagesize=(layout.width, layout.height), invariant=True, initialFontName=fonts.regular.name)
    canvas.setTitle(layout.spec.title.zh_hans)
    canvas.setAuthor(firm.name)
    for page in layout.pages:
        _draw_page(canvas, page, firm, fonts)
        canvas.showPage()
    canvas.save()
    return printed.getvalue()


def _draw_page(canvas: Canvas, page: tuple[Mark, ...], firm: Firm, fonts: Fonts) -> None:
    """Lay the tints, rule the lines over them, and write the words."""
    frames = [mark for mark in page if isinstance(mark, Frame)]
    for frame in frames:
        _fill_frame(canvas, frame)
    canvas.setStrokeColorRGB(*_RULE)
    canvas.setLineCap(_SQUARE)
    for line in (*rule_frames(frames), *(mark for mark in page if isinstance(mark, Line))):
        canvas.setLineWidth(line.rule)
        canvas.line(line.x0, line.y0, line.x1, line.y1)
    for mark in page:
        match mark:
            case FirmName():
                _draw_text(canvas, Text(mark.x, mark.y, firm.name, mark.size, align="center", spread=1), fonts)
            case Text():
                _draw_text(canvas, mark, fonts)


def _fill_frame(canvas: Canvas, frame: Frame) -> None:
    if frame.fill is not None:
        canvas.setFillColorRGB(*_SHADES[frame.fill])
        canvas.rect(frame.x0, frame.y0, frame.x1 - frame.x0, frame.y1 - frame.y0, stroke=0, fill=1)


def _draw_text(canvas: Canvas, text: Text, fonts: Fonts) -> None:
    face = fonts.bold if text.bold else fonts.regular
    canvas.setFont(face.name, text.size)
    canvas.setFillColorRGB(*_SHADES[text.shade])
    width = face.width(text.text, text.size) + text.spread * (len(text.text) - 1)
    start = {"left": text.x, "center": text.x - width / 2, "right": text.x - width}[text.align]
    canvas.drawString(start, text.y, text.text, charSpace=text.spread)


def _in_tab_order(layout: Layout) -> list[Widget]:
    named = {widget.name: widget for widget in layout.widgets}
    return [named[name] for name in layout.boxes]


def _pack_streams(writer: PdfWriter) -> None:
    """Deflate what ReportLab wrote in ASCII letters, a fifth larger than its bytes."""
    for number, found in enumerate(writer._objects, 1):  # noqa: SLF001 - as above
        if isinstance(found, StreamObject) and "/ASCII85Decode" in found.get("/Filter", ()):
            plain = DecodedStreamObject()
            plain.update({key: value for key, value in found.items() if key not in ("/Filter", "/Length")})
            plain.set_data(found.get_data())
            writer._replace_object(number, plain.flate_encode(9))  # noqa: SLF001 - as above


@dataclass(slots=True)
class _Sheet:
    """The AcroForm in the making; what many fields say alike (type size, blank look) is one object."""

    writer: PdfWriter
    layout: Layout
    shared: dict[str, IndirectObject] = field(default_factory=dict)

    def add_field(self, widget: Widget) -> IndirectObject:
        """Add a widget to its page and return it."""
        box = self.layout.boxes[widget.name]
        page = self.writer.pages[box.page]
        entries: dict[str, PdfObject] = {
            "/Subtype": NameObject("/Widget"),
            "/FT": NameObject(_TYPES.get(widget.kind, "/Tx")),
            "/T": TextStringObject(widget.name),
            "/TU": TextStringObject(widget.label),
            "/F": NumberObject(_PRINTED),
            "/Rect": ArrayObject(FloatObject(edge) for edge in (box.x0, box.y0, box.x1, box.y1)),
            "/P": page.indirect_reference or page,
            **self._own_entries(widget, box),
        }
        reference = self.writer._add_object(_dictionary(entries))  # noqa: SLF001 - as above
        page.setdefault(NameObject("/Annots"), ArrayObject()).append(reference)
        page[NameObject("/Tabs")] = NameObject("/W")
        return reference

    def _own_entries(self, widget: Widget, box: Box) -> dict[str, PdfObject]:
        match widget.kind:
            case "signature":
                return _lock(self.writer, self.layout.spec, widget)
            case "check":
                return self._checkbox(box)
            case _:
                return self._text_field(widget, box)

    def _checkbox(self, box: Box) -> dict[str, PdfObject]:
        states: dict[str, PdfObject] = {
            "/Yes": self._appearance(box, tick_stream(box, ticked=True)),
            "/Off": self._appearance(box, EMPTY),
        }
        return {
            "/V": NameObject("/Off"),
            "/AS": NameObject("/Off"),
            "/AP": _dictionary({"/N": _dictionary(states)}),
        }

    def _text_field(self, widget: Widget, box: Box) -> dict[str, PdfObject]:
        style = f"{SONG} {box.size:g} Tf 0 g"
        entries: dict[str, PdfObject] = {"/DA": self._share(style, lambda: TextStringObject(style))}
        flags = _flags(self.layout.spec, widget)
        if flags:
            entries["/Ff"] = NumberObject(flags)
        if box.align != "left":
            entries["/Q"] = NumberObject(_ALIGNMENTS[box.align])
        if widget.kind == "choice":
            options = self.layout.options(widget).items()
            entries["/Opt"] = ArrayObject(ArrayObject(map(TextStringObject, option)) for option in options)
        return entries

    def _appearance(self, box: Box, content: bytes) -> IndirectObject:
        corners = (0, 0, round(box.width, 2), round(box.height, 2))
        return self._share(f"{corners} {content!r}", lambda: _drawn(corners, content))

    def _share(self, key: str, make: Callable[[], PdfObject]) -> IndirectObject:
        if key not in self.shared:
            self.shared[key] = self.writer._add_object(make())  # noqa: SLF001 - as above
        return self.shared[key]


def _lock(writer: PdfWriter, spec: FormSpec, widget: Widget) -> dict[str, PdfObject]:
    """Write what a signature here will lock; the seal's differs from copy to copy and stands in its signature."""
    if widget.locked_by == SEAL:
        return {}
    names = locked_names(spec, widget.locked_by)
    lock: dict[str, PdfObject] = {
        "/Type": NameObject("/SigFieldLock"),
        "/Action": NameObject("/Include"),
        "/Fields": ArrayObject(TextStringObject(name) for name in names),
    }
    return {"/Lock": writer._add_object(_dictionary(lock))}  # noqa: SLF001 - as above


def _flags(spec: FormSpec, widget: Widget) -> int:
    kind = {"longtext": _MULTILINE, "choice": _COMBO}.get(widget.kind, 0)
    return kind | (_READ_ONLY if _is_read_only(spec, widget) else 0)


def _is_read_only(spec: FormSpec, widget: Widget) -> bool:
    if widget.locked_by in (ISSUE, SEAL):
        return True
    shown = next((f for f in spec.fields if f.id == widget.of), None)
    if shown is None:
        return False
    column = next((c for c in shown.columns if c.id == widget.column), shown)
    return shown.calc is not None or column.calc is not None


def _drawn(corners: tuple[float, ...], content: bytes) -> DecodedStreamObject:
    form = DecodedStreamObject()
    form.set_data(content)
    entries: dict[str, PdfObject] = {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Form"),
        "/BBox": ArrayObject(FloatObject(corner) for corner in corners),
        "/Resources": DictionaryObject(),
    }
    form.update(_dictionary(entries))
    return form


def _form(writer: PdfWriter, fields: list[IndirectObject]) -> DictionaryObject:
    fonts = _dictionary({SONG: _song(writer)})
    return _dictionary(
        {
            "/Fields": ArrayObject(fields),
            "/DR": _dictionary({"/Font": fonts}),
            "/DA": TextStringObject(f"{SONG} 9 Tf 0 g"),
            "/SigFlags": NumberObject(3),
        }
    )


def _song(writer: PdfWriter) -> IndirectObject:
    """Name the font for typed text: STSong-Light, Adobe-GB1, with the widths that keep Latin letters together."""
    descriptor: dict[str, PdfObject] = {
        "/Type": NameObject("/FontDescriptor"),
        "/FontName": NameObject("/STSong-Light"),
        "/Flags": NumberObject(6),
        "/FontBBox": ArrayObject(NumberObject(edge) for edge in (-25, -254, 1000, 880)),
        "/ItalicAngle": NumberObject(0),
        "/Ascent": NumberObject(880),
        "/Descent": NumberObject(-120),
        "/CapHeight": NumberObject(880),
        "/StemV": NumberObject(93),
    }
    system: dict[str, PdfObject] = {
        "/Registry": TextStringObject("Adobe"),
        "/Ordering": TextStringObject("GB1"),
        "/Supplement": NumberObject(5),
    }
    descendant: dict[str, PdfObject] = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/CIDFontType0"),
        "/BaseFont": NameObject("/STSong-Light"),
        "/CIDSystemInfo": _dictionary(system),
        "/FontDescriptor": writer._add_object(_dictionary(descriptor)),  # noqa: SLF001 - as above
        "/DW": NumberObject(1000),
        "/W": ArrayObject(NumberObject(width) for width in (1, 95, 500, 814, 939, 500)),
    }
    font: dict[str, PdfObject] = {
        "/Type": NameObject("/Font"),
        "/Subtype": NameObject("/Type0"),
        "/BaseFont": NameObject("/STSong-Light-Identity-H"),
        "/Encoding": NameObject("/Identity-H"),
        "/DescendantFonts": ArrayObject([writer._add_object(_dictionary(descendant))]),  # noqa: SLF001 - as above
    }
    return writer._add_object(_dictionary(font))  # noqa: SLF001 - as above


def _dictionary(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})
