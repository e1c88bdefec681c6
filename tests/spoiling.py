"""Ways to spoil a document in the revision at hand: each a function on the open writer, for `tampering`."""

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.pdf.fill import fill
from tests.tampering import Spoil, field, fonts, layout, put

Writer = IncrementalPdfFileWriter


def refill(name: str, text: str | bool) -> Spoil:
    """Fill a field properly, value and appearance."""
    return lambda writer: fill(writer, layout(), {name: text}, fonts())


def store_only(name: str, text: str) -> Spoil:
    """Change what is stored and leave what is shown."""
    return lambda writer: put(writer, name, "/V", pdf_string(text))


def show_only(name: str, text: str) -> Spoil:
    """Change what is shown and leave what is stored."""

    def spoil(writer: Writer) -> None:
        stored = field(writer, name).get("/V", pdf_string(""))
        fill(writer, layout(), {name: text}, fonts())
        put(writer, name, "/V", stored)

    return spoil


def redraw_in_place(name: str) -> Spoil:
    """Overwrite the stream that a field's appearance is, leaving the field alone."""

    def spoil(writer: Writer) -> None:
        stream = field_of(writer, name)["/AP"]["/N"]
        stream._data = b"/Tx BMC\nq 0 0 9 9 re f Q\nEMC"
        stream._encoded_data = None
        writer.update_container(stream)

    return spoil


def set_key(name: str, key: str, value: generic.PdfObject) -> Spoil:
    return lambda writer: put(writer, name, key, value)


def hide(name: str) -> Spoil:
    return set_key(name, "/F", generic.NumberObject(2))


def move(name: str) -> Spoil:
    return set_key(name, "/Rect", generic.ArrayObject([generic.FloatObject(n) for n in (10, 10, 20, 20)]))


def write_on_page(writer: Writer) -> None:
    stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 600 90 20 re f Q")
    resources = generic.DictionaryObject({pdf_name("/ProcSet"): generic.ArrayObject([pdf_name("/PDF")])})
    writer.add_stream_to_page(0, writer.add_object(stream), resources=resources)


def lay_over(writer: Writer) -> None:
    """Lay a note over the amount."""
    page, _ = writer.find_page_for_modification(0)
    rect = generic.ArrayObject([generic.FloatObject(n) for n in (300, 400, 400, 420)])
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): rect,
            pdf_name("/Contents"): pdf_string("999,999.00"),
            pdf_name("/DA"): pdf_string("/Helv 12 Tf 0 g"),
        }
    )
    writer.register_annotation(page, writer.add_object(note))


def attach(writer: Writer) -> None:
    file = embed.EmbeddedFileObject.from_file_data(writer, data=b"hello", mime_type="text/plain")
    embed.embed_file(writer, embed.FileSpec(file_spec_string="a.txt", file_name="a.txt", embedded_data=file))


def script(writer: Writer) -> None:
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    writer.root[pdf_name("/OpenAction")] = writer.add_object(generic.DictionaryObject(action))
    writer.update_root()


def script_on_field(writer: Writer) -> None:
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("event.value = 1")}
    put(writer, "net", "/AA", generic.DictionaryObject({pdf_name("/C"): generic.DictionaryObject(action)}))


def loose_script(writer: Writer) -> None:
    """Leave a script that nothing leads to, for a later revision to hook in."""
    action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
    writer.add_object(generic.DictionaryObject(action))


def ask_for_redrawing(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(value=True)
    writer.update_container(form)


def second_form(writer: Writer) -> None:
    """Put another form in the place of the one that the firm issued, with the same fields."""
    copy = generic.DictionaryObject(dict(writer.root["/AcroForm"]))
    writer.root[pdf_name("/AcroForm")] = writer.add_object(copy)
    writer.update_root()


def xfa_form(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/XFA")] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
    writer.update_container(form)


def drop_permissions(writer: Writer) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def widen_lock(name: str) -> Spoil:
    """Make a box lock other fields than issued."""

    def spoil(writer: Writer) -> None:
        lock = field_of(writer, name)["/Lock"]
        lock[pdf_name("/Fields")] = generic.ArrayObject([pdf_string("reason")])
        writer.update_container(lock)

    return spoil


def swap_form_font(writer: Writer) -> None:
    named = writer.root["/AcroForm"]["/DR"]["/Font"]
    font = named[next(iter(named))]
    font[pdf_name("/BaseFont")] = pdf_name("/Courier")
    writer.update_container(font)


def swap_shown_font(writer: Writer) -> None:
    """Overwrite the font that an earlier step's amount is drawn in."""
    font = field_of(writer, "net")["/AP"]["/N"]["/Resources"]["/Font"]["/F0"]
    descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
    file = descriptor["/FontFile2"]
    file._data, file._encoded_data = b"\x00" * 64, None
    writer.update_container(file)


def rename(writer: Writer) -> None:
    writer.set_info(writer.add_object(generic.DictionaryObject({pdf_name("/Title"): pdf_string("another form")})))


def leave_loose(writer: Writer) -> None:
    writer.add_object(generic.DictionaryObject({pdf_name("/Left"): pdf_string("nothing leads here")}))


def free_page_content(writer: Writer) -> None:
    """Put an empty page in the place of the issued one."""
    page, _ = writer.find_page_for_modification(0)
    opened = page.get_object()
    opened[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.update_container(opened)


def add_page(writer: Writer) -> None:
    pages = writer.root["/Pages"]
    page = {
        pdf_name("/Type"): pdf_name("/Page"),
        pdf_name("/Parent"): writer.root.raw_get("/Pages"),
        pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)]),
    }
    pages["/Kids"].append(writer.add_object(generic.DictionaryObject(page)))
    pages[pdf_name("/Count")] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages["/Kids"])
    writer.update_container(pages)


def add_field(writer: Writer) -> None:
    form = writer.root["/AcroForm"]
    new = generic.DictionaryObject(dict(field_of(writer, "net")))
    new[pdf_name("/T")] = pdf_string("net_again")
    form["/Fields"].append(writer.add_object(new))
    writer.update_container(form["/Fields"])
    writer.update_container(form)


def drop_field(name: str) -> Spoil:
    def spoil(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        kept = [f for f in form["/Fields"] if f.get_object()["/T"] != name]
        form[pdf_name("/Fields")] = generic.ArrayObject(kept)
        writer.update_container(form)

    return spoil


def drop_signature(name: str) -> Spoil:
    def spoil(writer: Writer) -> None:
        del field(writer, name)["/V"]

    return spoil


def double_signature(name: str, other: str) -> Spoil:
    """Let an empty box show another box's signature."""
    return lambda writer: put(writer, other, "/V", field_of(writer, name).raw_get("/V"))


def hide_signature(name: str) -> Spoil:
    """Leave a copy of a signature that belongs to no box."""

    def spoil(writer: Writer) -> None:
        copy = generic.DictionaryObject(dict(field_of(writer, name)["/V"]))
        writer.add_object(copy)

    return spoil


def field_of(writer: Writer, name: str) -> generic.DictionaryObject:
    """Look at a field without opening it for change."""
    found = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)
    opened: generic.DictionaryObject = found.get_object()
    return opened
