"""Forms: what a page hands in. A step's form is made from its spec; answers go to the domain as they were typed.

WTForms holds the widgets; no rule of a form is checked here.
"""

from collections.abc import Iterable, Iterator, Mapping

from wtforms import (
    BooleanField,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.core import UnboundField

from forms_service.domain.cells import cell_key
from forms_service.domain.people import Organisation
from forms_service.domain.spec import Field, FormSpec, Step
from forms_service.domain.values import TableRow, Values, print_value
from forms_service.domain.widgets import options_of
from forms_service.web.attaching import DROP, FILE
from forms_service.web.pages.sheet import FIGURES

_FOR_FILES = frozenset({"FileField", "BooleanField"})
PREFIX = "f."  # keeps the spec's own field ids apart from the page's (`pin`, `seen`)


class PageForm(Form):  # type: ignore[misc]  # wtforms has no types
    """A form of a page. The CSRF token is no field of it: the application asks it of every POST."""


class SignInForm(PageForm):
    """Name, password, and where to go on."""

    person = StringField("帐号")
    password = PasswordField("密码")
    next = HiddenField()


class SigningForm(PageForm):
    """What a signature needs beside the step's own cells; `seen` is the digest of the bytes shown."""

    seen = HiddenField()
    step = HiddenField()
    opinion = TextAreaField("意见")
    reason = TextAreaField("继续的理由")
    pin = PasswordField("签章密码")
    keep_open = BooleanField()


class PaperForm(SigningForm):
    """The scan of a customer's stamped paper, what the paper says, and the clerk's signature for having it."""

    file = FileField("签回纸本的扫描件或照片")
    says = RadioField(
        "纸上写的是",
        choices=[SelectChoice("accept", "同意，已签章"), SelectChoice("refuse", "不接受")],
        validate_choice=False,
    )


class KeyForm(PageForm):
    """A new signing PIN, typed twice, and the password that proves who asks."""

    password = PasswordField("登录密码")
    pin = PasswordField("新的签章密码")
    again = PasswordField("再输一次")
    lost = BooleanField()


class ProofForm(PageForm):
    """The sheet that a person signed with their own certificate."""

    signed_sheet = FileField("签好的登记书")


class TakeAwayForm(PageForm):
    """The PIN that opens the key, and the passphrase that the file is locked under."""

    away_pin = PasswordField("签章密码")
    away_passphrase = PasswordField("文件密码")


class BringForm(PageForm):
    """A key in a file, the passphrase that opens it, and the PIN that it is locked under from now on."""

    bring_file = FileField("密钥文件")
    bring_passphrase = PasswordField("文件密码")
    bring_pin = PasswordField("新的签章密码")


class RevocationForm(PageForm):
    """Why a person's certificates are revoked."""

    reason = TextAreaField("为什么撤销")


class ApprovalForm(PageForm):
    """The general manager's signature on a proposal: from which day, and the PIN."""

    effective = StringField("生效日")
    pin = PasswordField("签章密码")


class DelegationForm(PageForm):
    """Whose work goes to whom, on which days, how far, and why."""

    principal = StringField("替谁委托")
    delegate = StringField("代理人")
    form = StringField("哪种单据")
    cap = StringField("金额上限")
    starts_on = StringField("开始日")
    ends_on = StringField("结束日")
    reason = TextAreaField("原因")


class CodeForm(PageForm):
    """The one-time code."""

    code = StringField("验证码")


class CustomerForm(PageForm):
    """A customer's answer."""

    seen = HiddenField()
    name = StringField("您的姓名")
    agree = BooleanField()
    consent = BooleanField()
    opinion = TextAreaField("退回的原因")


class VerifyForm(PageForm):
    """A file to verify."""

    file = FileField("PDF 文件")


def answers_form(spec: FormSpec, step: Step, org: Organisation, shown: Mapping[str, str]) -> type[Form]:
    """Make the form of the cells that a step fills; `shown` are the texts that they will hold."""
    fields: dict[str, UnboundField] = {}
    for name, field in cells_to_fill(spec, step):
        fields[name] = _widget(field, org, shown.get(name, ""))
        if field.kind == "attachment":
            fields |= _file_widgets(name, field)
    return type("AnswersForm", (Form,), fields)


def cells_to_fill(spec: FormSpec, step: Step) -> Iterator[tuple[str, Field]]:
    """Yield the key and the field (or column) of every cell that a step fills, in the spec's order."""
    for field in (spec.field(field_id) for field_id in step.fills):
        if field.kind != "table":
            yield field.id, field
            continue
        for number in range(1, field.max_rows + 1):
            yield from ((cell_key(field.id, number, c.id), c) for c in field.columns if c.calc is None)


def typed_answers(form: Form) -> Mapping[str, str]:
    """Return what was typed, cell by cell, exactly; files are handled apart, by `attaching`."""
    return {name: field.data or "" for name, field in form._fields.items() if field.type not in _FOR_FILES}


def plain_text(text: str | None) -> str:
    """Return what was typed into a text area with the line ends that are printed: browsers send two characters."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def printed_answers(spec: FormSpec, step: Step, values: Values) -> Mapping[str, str]:
    """Write values as the texts that a person would type for them."""
    return {key: text for key, text in _printed(spec, step, values) if text}


def _printed(spec: FormSpec, step: Step, values: Values) -> Iterator[tuple[str, str]]:
    for field in (spec.field(field_id) for field_id in step.fills):
        value = values.get(field.id)
        if isinstance(value, tuple):
            yield from _printed_rows(field, value)
        else:
            yield field.id, print_value(field, value)


def _printed_rows(table: Field, rows: tuple[TableRow, ...]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(rows, 1):
        for column in table.columns:
            if column.calc is None:
                yield cell_key(table.id, number, column.id), print_value(column, row.get(column.id))


def _widget(field: Field, org: Organisation, shown: str) -> UnboundField:
    label = field.label.zh_hans
    match field.kind:
        case "longtext":
            return TextAreaField(label, render_kw={"rows": 3, **_length(field)})
        case "choice" | "yesno":
            return RadioField(label, choices=_choices(options_of(field)), validate_choice=False)
        case "party" | "department" | "person":
            names = dict.fromkeys((*_register(field, org), *([shown] if shown else [])))
            return SelectField(
                label, choices=_choices((("", "请选择"), *((n, n) for n in names))), validate_choice=False
            )
        case "attachment":
            return HiddenField(label)
        case _:
            mode = {"inputmode": "decimal"} if field.kind in FIGURES else {}
            return StringField(label, render_kw={"autocomplete": "off", **mode})


def _choices(options: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in options]


def _file_widgets(name: str, field: Field) -> dict[str, UnboundField]:
    accepted = ",".join(f".{ending}" for ending in field.accept)
    return {
        f"{name}{FILE}": FileField(field.label.zh_hans, render_kw={"accept": accepted}),
        f"{name}{DROP}": BooleanField("不用这份附件"),
    }


def _length(field: Field) -> dict[str, str]:
    """Say how much room there is, without cutting a paste short: the domain says what is too long."""
    return {"data-room": str(field.max_length)} if field.max_length else {}


def _register(field: Field, org: Organisation) -> tuple[str, ...]:
    match field.kind:
        case "party":
            return tuple(party.name for party in org.parties)
        case "department":
            return tuple(department.name for department in org.departments)
        case _:
            return tuple(person.name for person in org.people)
