"""Filling: values into AcroForm fields, each with a new appearance of our own, in the revision that signs them.

One subset of the regular face serves a whole revision. Blanks get an appearance too, and a checkbox both of its
streams, so that stock validators see that the step's revision was the last to touch them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.domain.problem import Problem
from forms_service.domain.widgets import Widget
from forms_service.pdf.appearance import EMPTY, FONT, text_stream, tick_stream
from forms_service.pdf.box import Box
from forms_service.pdf.fields import box_of, words_for
from forms_service.pdf.fonts import Face, Fonts
from forms_service.pdf.layout import Layout
from forms_service.pdf.subsetting import EmbeddedSubset, embed_subset
from forms_service.pdf.typeset import room_in, set_text

Printed = Mapping[str, str | bool]


def check_fit(layout: Layout, printed: Printed, fonts: Fonts) -> tuple[Problem, ...]:
    """List the texts that no font can print, or that their cells cannot hold even at the floor size."""
    widgets = {widget.name: widget for widget in layout.widgets}
    texts = ((widgets[name], text) for name, text in printed.items() if isinstance(text, str))
    return tuple(
        problem
        for widget, text in texts
        for problem in _check_text(widget, layout.boxes[widget.name], layout.options(widget).get(text, text), fonts)
    )


def fill(writer: IncrementalPdfFileWriter, layout: Layout, printed: Printed, fonts: Fonts) -> None:
    """Write values and appearances into the named fields of an opened file; `check_fit` has passed.

    A cell's place and type size are taken from the file, which may have been issued under an earlier layout.
    Raises RuntimeError for a text that does not fit, and for a name that the file has no field for.
    """
    fields = _find_fields(writer, layout, printed)
    words = {name: words_for(fields[name], text) for name, text in printed.items() if isinstance(text, str)}
    chars = "".join(words.values()).replace("\n", "")
    pen = _Pen(writer, fonts.regular, embed_subset(writer, fonts.regular, chars) if chars else None)
    for name, value in printed.items():
        entries = fields[name]
        if isinstance(value, bool):
            pen.tick(entries, box_of(entries), ticked=value)
        else:
            pen.write(entries, box_of(entries), value, words[name])
        writer.update_container(entries)


def _find_fields(
    writer: IncrementalPdfFileWriter, layout: Layout, printed: Printed
) -> dict[str, generic.DictionaryObject]:
    """Find fields where the layout has them, which reads those alone, or else by reading all."""
    references = list(writer.root["/AcroForm"]["/Fields"])
    likely = [found for name, found in zip(layout.form_order, references, strict=False) if name in printed]
    for some in (likely, references):
        fields = {str(found.get_object()["/T"]): found.get_object() for found in some}
        if printed.keys() <= fields.keys():
            return fields
    raise RuntimeError(f"the file has no field {', '.join(sorted(printed.keys() - fields.keys()))}")


def _check_text(widget: Widget, box: Box, text: str, fonts: Fonts) -> Iterator[Problem]:
    where = f"{widget.of}.{widget.row}.{widget.column}" if widget.row else widget.of
    missing = fonts.missing(text)
    if missing:
        named = "、".join(f"「{char}」(U+{ord(char):04X})" for char in missing)
        yield Problem(where, "missing_glyph", f"{widget.label}里的{named}印不出来。请换成常用字。")
    elif set_text(text, box, fonts.regular) is None:
        message = (
            f"{widget.label}有 {len(text)} 个字，最小字号也放不进印刷格，这一格约可写 {room_in(box)} 个汉字。"
            "请缩短，其余写在附件中。"
        )
        yield Problem(where, "does_not_fit", message)


@dataclass(slots=True)
class _Pen:
    """Write fields of one revision; blank appearances of one size are one object, for most of a table is blank."""

    writer: IncrementalPdfFileWriter
    face: Face
    subset: EmbeddedSubset | None
    blanks: dict[tuple[float, float], generic.IndirectObject] = field(default_factory=dict)

    def tick(self, entries: generic.DictionaryObject, box: Box, *, ticked: bool) -> None:
        """Tick or clear a checkbox, with both of its appearances made anew."""
        state = pdf_name("/Yes" if ticked else "/Off")
        states = {
            pdf_name("/Yes"): self._draw(box, tick_stream(box, ticked=True)),
            pdf_name("/Off"): self._draw(box, EMPTY),
        }
        entries[pdf_name("/V")] = state
        entries[pdf_name("/AS")] = state
        entries[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): generic.DictionaryObject(states)})

    def write(self, entries: generic.DictionaryObject, box: Box, value: str, words: str) -> None:
        """Store a value and show it by its words, set as large as the cell allows."""
        setting = set_text(words, box, self.face)
        if setting is None:
            raise RuntimeError(f"{box.name} does not fit; check_fit comes first")
        content = text_stream(box, setting, self.face, self.subset.glyphs if self.subset else {})
        entries[pdf_name("/V")] = generic.pdf_string(value)
        entries[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): self._draw(box, content)})

    def _draw(self, box: Box, content: bytes) -> generic.IndirectObject:
        size = (round(box.width, 2), round(box.height, 2))
        if content != EMPTY:
            return self._form(size, content)
        if size not in self.blanks:
            self.blanks[size] = self._form(size, content)
        return self.blanks[size]

    def _form(self, size: tuple[float, float], content: bytes) -> generic.IndirectObject:
        used = self.subset is not None and FONT.encode() in content
        fonts = {pdf_name(FONT): self.subset.reference} if used and self.subset else {}
        resources = {pdf_name("/Font"): generic.DictionaryObject(fonts)} if fonts else {}
        form = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject(generic.FloatObject(edge) for edge in (0, 0, *size)),
                pdf_name("/Resources"): generic.DictionaryObject(resources),
            },
            stream_data=content,
        )
        if len(content) > 200:
            form.compress()
        return self.writer.add_object(form)
