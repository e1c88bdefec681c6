"""Turning away: for each file that cannot be taken in as signed, what was found, what was expected and what to do."""

import hashlib

from forms_service.domain.document import Document
from forms_service.domain.errors import NotTaken
from forms_service.domain.people import Person
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.widgets import widgets
from forms_service.pdf.brought import BroughtFile
from forms_service.signing.added import AddedSignature
from forms_service.signing.verdict import CheckResult
from forms_service.workflow.office import Office

MOST_BYTES = 20 * 1024 * 1024
_AGAIN = "请回到签核页重新准备一份，再签。"
_ADVICE = "请用「增量保存」的签章程序（如 pdfsig），签完直接送上来，不要另存、打印或转换。"


def too_big(size: int) -> NotTaken:
    """Say that a file is too big."""
    mb = size / 1024 / 1024
    return NotTaken("too_big", f"文件有 {mb:.1f} MB，最多收 20 MB。待签的 PDF 不到 1 MB，请核对是不是选错了文件。")


def encrypted() -> NotTaken:
    """Say that a file is encrypted."""
    return NotTaken("encrypted", "这份 PDF 加了密码，签章和内容都无从核对。请不要加密，" + _AGAIN)


def not_ours() -> NotTaken:
    """Say that a file is no document of ours, or none that the person may see."""
    message = "这份 PDF 不是您可以办的单据：里面没有本公司的文件识别码，或单据不在您可看的范围。"
    return NotTaken("not_ours", message + "请选择从签核页下载、签好的那一份。")


def another_document(wanted: Document, file: BroughtFile) -> NotTaken:
    """Say that a file is another document than the one at hand."""
    number = file.printed.get("sys_no") or file.document_id
    message = f"这是另一张单据（{number}）的文件，这里办的是 {wanted.number}。请选对文件，或到那一张的签核页去送。"
    return NotTaken("another_document", message)


def moved_on(document: Document) -> NotTaken:
    """Say that the document has moved on since the file was handed out."""
    message = (
        f"您下载之后，单据 {document.number} 已有变动（有人签了、退回了，或您签过了），这一份签的是旧的内容，没有收下。"
    )
    return NotTaken("older", message + "请看过现在的内容，" + _AGAIN)


def several(count: int) -> NotTaken:
    """Say that a file bears more signatures than one."""
    return NotTaken("several", f"文件里新加了 {count} 个签章，应只有您这一步的一个。" + _AGAIN)


def wrong_box(spec: FormSpec, step: Step, field: str) -> NotTaken:
    """Say that a signature stands in another box than the step's."""
    labels = {widget.name: widget.label for widget in widgets(spec)}
    found = f"「{labels[field]}」" if field in labels else f"自己新加的签名框「{field}」"
    return NotTaken(
        "wrong_box", f"签在了{found}，应签在「{step.name} 签章」这一格。请用原来的那一份，点那一格再签一次。"
    )


def weak(fault: str) -> NotTaken:
    """Say that a signature's container proves nothing: an outdated digest, mostly."""
    return NotTaken(
        "weak", f"{fault}。请把程序的摘要算法改成 SHA-256 再签（MuPDF 的 mutool 1.21 只会用 SHA-1，不能用）。"
    )


def wrong_certificate(signature: AddedSignature) -> NotTaken:
    """Say that a signature is by another certificate than the person's registered one."""
    found = f"「{signature.subject}」（指纹 {signature.certificate[:12]}…）"
    return NotTaken(
        "wrong_certificate", f"签章用的证书是{found}，不是您登记的那一张。请用登记过的证书签，或先登记这一张。"
    )


def unreadable_tail(reason: str) -> NotTaken:
    """Say that what a program added cannot be read."""
    return NotTaken("broken", f"您的程序加进文件的部分读不下去：{reason}。{_ADVICE}")


def altered(failed: CheckResult) -> NotTaken:
    """Say that a program changed more than the one signature box, or signed unsoundly."""
    if failed.no in (4, 5, 8, 9, 10):
        found = "签章之前或之后还另外存过内容。" if failed.no == 4 else failed.detail
        message = f"除了签章，文件还改了别的：{found}已填的内容要改的话，请在签核页改，再重新准备一份。"
        return NotTaken("altered", message)
    return NotTaken("unsound", f"签章没有通过第 {failed.no} 项「{failed.title}」：{failed.detail}{_ADVICE}")


def outdated(what: str) -> NotTaken:
    """Say that the cells would be filled otherwise today than when they were handed out."""
    return NotTaken("outdated", f"这一份是早先填好的，现在不能照它收下：{what}{_AGAIN}")


def is_unchanged(office: Office, document: Document, pdf: bytes) -> bool:
    """Say whether a file is one that left here, byte for byte."""
    with office.database.read() as tx:
        handouts = tx.handouts.of(document.id)
        known = tx.judged.of(document.id) | {handout.sha256 for handout in handouts}
    return hashlib.sha256(pdf).hexdigest() in known


def why_not(office: Office, person: Person, document: Document, pdf: bytes) -> NotTaken:
    """Say what a file is that bears no new signature of the person's and says nothing new."""
    if is_unchanged(office, document, pdf):
        return NotTaken("unchanged", "文件和下载时一模一样，还没有签。请用您的程序在签章格里签好、存好，再送上来。")
    with office.database.read() as tx:
        states, handouts = tx.judged.of(document.id), tx.handouts.of(document.id)
    theirs = next((h for h in handouts if h.person != person.id and pdf.startswith(office.blobs.get(h.sha256))), None)
    if theirs is not None:
        name = office.require_person(theirs.person).name
        return NotTaken("not_handed_out", f"这一份是给{name}准备的，不是给您的。{_AGAIN}")
    if any(pdf.startswith(office.blobs.get(state)) for state in states):
        return NotTaken(
            "not_handed_out", "您签的不是「用自己的程序签」准备好的那一份（里面还没有填您的栏位）。" + _AGAIN
        )
    message = "您的程序把整份文件重写了（浏览器的「另存为」、打印成 PDF、转换都会这样），先前的签章都作废了。"
    return NotTaken("rewritten", message + _ADVICE)
