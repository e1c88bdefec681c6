"""Turning away: for each file that cannot be taken in as signed, what was found, what was expected and what to do."""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from forms_service.domain.document import Document
from forms_service.domain.errors import NotTaken
from forms_service.domain.people import Person
from forms_service.domain.spec import FormSpec, Step
from forms_service.domain.widgets import widgets
from forms_service.pdf.brought import BroughtFile, read_brought
from forms_service.signing.added import AddedSignature
from forms_service.signing.companies import CompanyCertificate
from forms_service.signing.verdict import CheckResult
from forms_service.workflow.bringing import Brought
from forms_service.workflow.office import Office

MOST_BYTES = 20 * 1024 * 1024
_AGAIN = "请重新准备一份，再签。"
_ADVICE = "请用下载的那一份，签好直接按「保存」，不要另存、打印或转换；还是收不下，请换一个签章程序，或直接在签核页签。"
_ALTERED: Mapping[int, str] = MappingProxyType(  # by the number of the check that failed
    {
        1: "签完之后又存过一次",
        4: "签章之前或之后另外存过内容",
        5: "加了脚本、附件，或要阅读程序重画栏位的标记",
        8: "填好的栏或签章格有了改动（有的程序签章时会把签章格挪动、缩小）",
        9: "栏里画出来的与存着的不同",
        10: "页面上多了批注、签名图片之类的东西，或页面、文件说明变了",
    }
)
_SIGNERS = 11  # the check that asks whose certificate it is, and whether it holds
_WITH_CHANGES = "用浏览器填的，下载时请选「带修改」的那一种"


def too_big(size: int) -> NotTaken:
    """Say that a file is too big."""
    mb = size / 1024 / 1024
    return NotTaken("too_big", f"文件有 {mb:.1f} MB，最多收 20 MB。待签的 PDF 不到 1 MB，请核对是不是选错了文件。")


def encrypted() -> NotTaken:
    """Say that a file is encrypted."""
    return NotTaken(
        "encrypted", "这份 PDF 加了密码，签章和内容都无从核对。请在您的程序里去掉密码保护，" + _AGAIN.removeprefix("请")
    )


def not_ours() -> NotTaken:
    """Say that a file is no document of ours, or none that the person may see."""
    message = "这份 PDF 不是您可以办的单据：里面没有本公司的文件识别码，或单据不在您可看的范围。"
    return NotTaken("not_ours", message + "请选择从这里下载、签好的那一份。")


def no_cells() -> NotTaken:
    """Say that a file holds no fields: printed to PDF, converted or flattened, or never a form."""
    message = (
        "这份 PDF 里没有可以填的栏，签章也不在了：多半是「打印成 PDF」、转换过，或合并成了图面，里面的内容读不出来。"
    )
    return NotTaken("no_cells", message + f"请打开下载的那一份，填好、签好后直接「保存」；{_WITH_CHANGES}。")


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
    return NotTaken("older", message + "请先看现在的内容；还等您签的话，再从签核页准备一份来签。")


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
    message = f"签章用的算法太旧，或证书与签章对不上，证明不了什么：{fault}。"
    advice = (
        "请在您的程序的签章设置里选 SHA-256 再签；没有这个设置，请换一个签章程序（mutool 就不行），或直接在签核页签。"
    )
    return NotTaken("weak", message + advice)


def wrong_certificate(signature: AddedSignature) -> NotTaken:
    """Say that a signature is by another certificate than the person's registered one."""
    found = f"「{signature.subject}」（指纹 {signature.certificate[:12]}…）"
    return NotTaken(
        "wrong_certificate", f"签章用的证书是{found}，不是您登记的那一张。请用登记过的证书签，或先登记这一张。"
    )


def unreadable_tail() -> NotTaken:
    """Say that what a program added cannot be read."""
    return NotTaken("broken", f"您的程序存进文件的内容不完整，读不下去：可能没有存完，或传送时断了。{_ADVICE}")


def altered(failed: CheckResult) -> NotTaken:
    """Say that a program changed more than the one signature box, or signed unsoundly."""
    found = _ALTERED.get(failed.no)
    if found is not None:
        advice = "请用下载的那一份，只签章就存，不填、不画、不批注；内容要改，请在签核页改了再准备一份。"
        otherwise = "确实只签了章的，请换一个签章程序，或直接在签核页签。"
        return NotTaken("altered", f"除了签章，文件还改了别的：{found}。{advice}{otherwise}")
    advice = "请登记一张有效的证书再签，或直接在签核页签。" if failed.no == _SIGNERS else _ADVICE
    return NotTaken("unsound", f"签章没有通过第 {failed.no} 项「{failed.title}」：{failed.detail}{advice}")


def outdated(what: str) -> NotTaken:
    """Say that the cells would be filled otherwise today than when they were handed out."""
    return NotTaken("outdated", f"这一份是早先填好的，现在不能照它收下：{what}{_AGAIN}")


def prepared_for(name: str) -> NotTaken:
    """Say that a file was prepared for somebody else."""
    return NotTaken("not_handed_out", f"这一份是给{name}准备的，不是给您的。{_AGAIN}")


def no_step(document: Document) -> NotTaken:
    """Say that nothing of the document waits for the person."""
    message = f"单据 {document.number} 现在没有等您填、等您签的步骤，文件没有收下，里面填的也没有取用。"
    return NotTaken("no_step", message + "请到单据页看它现在在谁那里。")


def only_others(ignored: tuple[str, ...]) -> NotTaken:
    """Say that a file is filled in other people's cells alone, and not signed."""
    message = f"文件里改了「{'」「'.join(ignored)}」，这不是您这一步填的，没有取用；您的栏没有新内容，也没有您的签章。"
    return NotTaken("only_others", message + "请只填您这一步的栏，或在签核页填。")


def not_prepared() -> NotTaken:
    """Say that a signature was made on the document as it stands, not on what was prepared."""
    message = "您签的不是「用自己的程序签」准备好的那一份（里面还没有填您的栏位）。"
    return NotTaken("not_handed_out", message + _AGAIN)


def unsigned() -> NotTaken:
    """Say that a file was saved without a signature of a certificate: a picture drawn or put on the page, mostly."""
    message = "文件存过，但里面没有用证书签的章，您的栏也没有新内容。画上去的、贴上去的签名图片不算签章。"
    return NotTaken(
        "unsigned", message + "请在签章程序里点您那一格、用登记的证书签；浏览器不会签章，请换程序，或直接在签核页签。"
    )


def rewritten() -> NotTaken:
    """Say that a program wrote the whole file anew."""
    message = (
        "您的程序把整份文件重写了（浏览器下载「带修改」的、另存、转换都会这样），先前各位的签章在这一份里都作废了。"
    )
    return NotTaken("rewritten", message + _ADVICE)


def is_unchanged(office: Office, document: Document, pdf: bytes) -> bool:
    """Say whether a file is one that left here, byte for byte."""
    with office.database.read() as tx:
        handouts = tx.handouts.of(document.id)
        known = tx.judged.of(document.id) | {handout.sha256 for handout in handouts}
    return hashlib.sha256(pdf).hexdigest() in known


def adds_nothing(office: Office, person: Person, document: Document, pdf: bytes, file: BroughtFile) -> bool:
    """Say whether a file is one that left here, or one prepared for the person in which nothing was typed since."""
    with office.database.read() as tx:
        handouts = [office.blobs.get(h.sha256) for h in tx.handouts.of(document.id) if h.person == person.id]
    kept = any(pdf.startswith(given) and read_brought(given).printed == file.printed for given in handouts)
    return kept or is_unchanged(office, document, pdf)


def why_not(office: Office, person: Person, document: Document, pdf: bytes, told: Brought | None) -> NotTaken:
    """Say what a file is that is not taken in as signed and says nothing new; `told` is what was read of it, if any."""
    if is_unchanged(office, document, pdf):
        return unchanged()
    with office.database.read() as tx:
        states, handouts = tx.judged.of(document.id), tx.handouts.of(document.id)
    began = [handout for handout in handouts if pdf.startswith(office.blobs.get(handout.sha256))]
    if began and all(handout.person != person.id for handout in began):
        return prepared_for(office.require_person(began[0].person).name)
    if told is None:
        return no_step(document)
    if told.ignored and not told.signed:
        return only_others(told.ignored)
    if began or any(pdf.startswith(office.blobs.get(state)) for state in states):
        return not_prepared() if told.signed else unsigned()
    return rewritten()


def unchanged() -> NotTaken:
    """Say that a file bears no signature of its own."""
    message = "文件和下载时一模一样，还没有签，也没有填。请在您的程序的签章格里签好、存好，再送上来。"
    return NotTaken("unchanged", f"{message}{_WITH_CHANGES}。")


def not_companys(found: CompanyCertificate, due: tuple[str, ...]) -> NotTaken:
    """Say why a certificate does not sign for the customer, and which would."""
    whose = f"签章用的证书是「{found.subject}」（由「{found.issuer}」颁发，指纹 {found.sha256[:12]}…），"
    wanted = f"请用贵公司的证书签：{'；'.join(due)}；或在网页上签章。"
    match found.fault:
        case "of_another":
            return NotTaken("wrong_certificate", f"{whose}登记的不是贵公司或您本人的。{wanted}")
        case "not_valid":
            term = f"有效期是 {found.since:%Y-%m-%d} 到 {found.until:%Y-%m-%d}，"
            return NotTaken("not_valid", f"{whose}{term}或登记的期限已过，现在不能用。{wanted}")
        case "revoked":
            since = f"{found.revoked:%Y-%m-%d}" if found.revoked else ""
            return NotTaken("revoked", f"{whose}已于 {since} 撤销，不能再签。{wanted}")
        case "not_for_signing":
            return NotTaken("wrong_certificate", f"{whose}不是用来签章的。{wanted}")
        case _:
            return NotTaken("wrong_certificate", f"{whose}它的颁发机构没有登记，名称相同也不算。{wanted}")


def of_customer(stop: NotTaken) -> NotTaken:
    """Say the same to a customer, who has two other ways."""
    return NotTaken(stop.reason, f"{stop}单据没有改变；也可以回到上一页，在网页上签章。")
