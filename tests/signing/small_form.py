"""A form of one page with three steps, and a firm to sign it: enough PDF for the tests of this room."""

import datetime as dt
import functools
import io
import tempfile
from pathlib import Path

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, SigFieldSpec, append_signature_field
from reportlab.pdfgen.canvas import Canvas

from forms_service.domain.people import Firm
from forms_service.domain.record import SignatureFacts
from forms_service.pdf.read import open_writer
from forms_service.signing.authority import Authority
from forms_service.signing.keys import PinCost, new_key, one_time_key, unlock
from forms_service.signing.sign import sign_revision
from forms_service.signing.signer import Signer
from forms_service.signing.timestamps import TimeAuthority

AT = dt.datetime(2026, 3, 2, 1, 30, 15, tzinfo=dt.UTC)
SECRET = bytes(range(32))
PIN = "730518"
CHEAP = PinCost(memory_kib=8, passes=1)
FIRM = Firm("宏达精密机械股份有限公司", "宏达机械", "12830467", "CNY", "Asia/Shanghai")
LOCKS = {
    "sign_00_issue": ("sys_no",),
    "sign_01_fill": ("customer", "amount"),
    "sign_02_gm": ("opinion",),
    "sign_03_customer": ("received",),
    "sign_99_seal": ("copy_label", "unused"),
}


@functools.cache
def authority() -> Authority:
    """One authority for all tests that do not change it."""
    with tempfile.TemporaryDirectory() as folder:
        return Authority.create(Path(folder) / "authority", SECRET, FIRM, AT)


@functools.cache
def person(person_id: str = "li_wen", name: str = "李文静") -> Signer:
    """Give a member of staff's unlocked signer."""
    public_key, locked = new_key(PIN, SECRET, CHEAP)
    certificate = authority().certify_person(person_id, name, public_key, AT, "业务部")
    return unlock(locked, PIN, SECRET, certificate, authority().chain())


def contact() -> Signer:
    """Give a customer's contact's signer, good for one signature."""
    key = one_time_key()
    certificate = authority().certify_contact(
        party_name="东方贸易有限公司",
        contact_name="王芳",
        email="wang.fang@example.com",
        identified_by="一次性验证码",
        public_key=key.public_key,
        at=AT,
    )
    return key.signer(certificate, authority().chain())


def twin(folder: Path) -> Signer:
    """Give a signer whose certificate says what the person's says, from an authority of the same name."""
    forger = Authority.create(folder / "forger", SECRET, FIRM, AT)
    public_key, locked = new_key(PIN, SECRET, CHEAP)
    certificate = forger.certify_person("li_wen", "李文静", public_key, AT, "业务部")
    return unlock(locked, PIN, SECRET, certificate, forger.chain())


@functools.cache
def blank() -> bytes:
    """Draw the form: text fields without appearance, signature boxes with their locks; the seal's has none."""
    page = io.BytesIO()
    canvas = Canvas(page, invariant=True)
    canvas.drawString(72, 800, "SALES ALLOWANCE")
    canvas.showPage()
    canvas.save()
    writer = open_writer(page.getvalue())
    names = [name for lock in LOCKS.values() for name in lock]
    fields = ArrayObject([_text_field(writer, name, 740 - 30 * row) for row, name in enumerate(names)])
    form = {"/Fields": fields, "/DA": TextStringObject("/Helv 10 Tf 0 g")}
    writer.root["/AcroForm"] = writer.add_object(DictionaryObject({NameObject(k): v for k, v in form.items()}))
    writer.update_root()
    for row, (name, lock) in enumerate(LOCKS.items()):
        own = None if name == "sign_99_seal" else FieldMDPSpec(FieldMDPAction.INCLUDE, list(lock))
        append_signature_field(
            writer, SigFieldSpec(name, box=(320, 700 - 60 * row, 520, 750 - 60 * row), field_mdp_spec=own)
        )
    blank_form = io.BytesIO()
    writer.write(blank_form)
    return blank_form.getvalue()


def fill(writer: IncrementalPdfFileWriter, name: str, text: str) -> None:
    """Give a text field a value and a new appearance."""
    reference = next(f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)
    field = reference.get_object()
    drawn = StreamObject(
        dict_data=DictionaryObject(
            {NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): _numbers(0, 0, 200, 20)}
        ),
        stream_data=f"/Tx BMC q BT ({text}) Tj ET Q EMC".encode(),
    )
    field["/V"] = TextStringObject(text)
    field["/AP"] = DictionaryObject({NameObject("/N"): writer.add_object(drawn)})
    writer.mark_update(reference)


def sign(
    base: bytes,
    field: str,
    signer: Signer,
    *,
    timestamper: TimeAuthority | None = None,
    texts: dict[str, str] | None = None,
) -> bytes:
    """Fill a step's fields, blanks too, and sign it."""
    writer = open_writer(base)
    for name in LOCKS[field]:
        fill(writer, name, (texts or {}).get(name, ""))
    return sign_revision(
        writer,
        field=field,
        lock=LOCKS[field],
        signer=signer,
        facts=facts(field),
        reason=f"{field}：同意",
        stamp_style=None,
        at=AT,
        timestamper=timestamper,
        certify=field == "sign_00_issue",
    )


def facts(field: str) -> SignatureFacts:
    """State facts for a step."""
    return SignatureFacts("d-1", field, 1, "li_wen", "sales_clerk", "approve", opinion="同意折让", policy="limits@ab#1")


def signed_by_all(timestamper: TimeAuthority | None = None) -> bytes:
    """Take the form the whole way: issue, fill, decide, the customer, the seal."""
    firm = authority().firm_signer()
    whole = sign(blank(), "sign_00_issue", firm, texts={"sys_no": "A-1"}, timestamper=timestamper)
    whole = sign(whole, "sign_01_fill", person(), texts={"amount": "100.00"}, timestamper=timestamper)
    whole = sign(whole, "sign_02_gm", person("wang_jian", "王建业"), timestamper=timestamper)
    whole = sign(whole, "sign_03_customer", contact(), timestamper=timestamper)
    return sign(whole, "sign_99_seal", firm, texts={"copy_label": "3"}, timestamper=timestamper)


def _text_field(writer: IncrementalPdfFileWriter, name: str, y: float) -> IndirectObject:
    page, _ = writer.find_page_for_modification(0)
    field = writer.add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Tx"),
                NameObject("/T"): TextStringObject(name),
                NameObject("/F"): NumberObject(4),
                NameObject("/Rect"): _numbers(72, y, 272, y + 20),
                NameObject("/P"): page,
            }
        )
    )
    writer.register_annotation(page, field)
    return field


def _numbers(*values: float) -> ArrayObject:
    return ArrayObject([FloatObject(value) for value in values])
