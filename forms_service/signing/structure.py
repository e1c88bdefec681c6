"""Checks 1, 2, 3, 5 and 7: whether the file's bytes can be taken for what the signatures say they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from forms_service.signing.attachments import OURS, attachments
from forms_service.signing.evidence import Evidence
from forms_service.signing.finding import PASSED, Finding, fail, judge
from forms_service.signing.old_kinds import RAW_RSA, WRAPPED
from forms_service.signing.outside import filled_for
from forms_service.signing.revisions import History, Revision
from forms_service.signing.signatures import SUPPORTED, SignatureFound, gap_is_contents, signature_number, usage_rights
from forms_service.signing.syntax import Name, PdfDict, PdfValue, Stream, same
from forms_service.signing.tails import judge_tail

_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "/JS": "脚本",
        "/JavaScript": "脚本",
        "/AA": "自动动作",
        "/OpenAction": "打开时的动作",
        "/XFA": "另一套表单（XFA）",
        "/RichMedia": "多媒体",
        "/RichMediaContent": "多媒体",
    }
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "/JavaScript": "脚本",
        "/Launch": "启动程序的动作",
        "/SubmitForm": "提交表单的动作",
        "/ImportData": "导入数据的动作",
        "/ResetForm": "清空表单的动作",
        "/GoToE": "跳到附件的动作",
        "/GoToR": "跳到外部文件的动作",
        "/RichMedia": "多媒体",
        "/Rendition": "多媒体",
        "/Movie": "多媒体",
        "/Sound": "多媒体",
        "/Screen": "多媒体",
        "/3D": "多媒体",
    }
)
_MERELY_OPENS = frozenset({_KEYS["/OpenAction"], _KEYS["/AA"]})  # what they do is looked at by itself
_SHORT_FOR_PARAMETERS = "/DP"  # it is for inline images; pdf.js heeds it in any stream
_OUTSIDE = "放在文件之外的内容"
_LIKE_AN_OBJECT = re.compile(rb"obj|xref|trailer")
_WITHOUT_IT = "它能让看到的与签下的不同，谁加的都不采信。请向出具的人索取一份不带它的原件。"
_COMPARE = "有的程序会把栏位画成别的样子：请把看到的与栏位里存的对一对。"
_REDRAW = "要求阅读程序重画栏位的标记"


def check_whole_file(evidence: Evidence) -> Finding:
    """Check 1: the last signature covers the file to its end, but for validation data sealed by a timestamp."""
    history = evidence.history
    last = evidence.found[-1]
    ranges = last.byte_range
    if ranges is None:
        return fail(f"最后的签章「{evidence.label(last.field)}」没有写明签章范围。")
    end, size = ranges[2] + ranges[3], len(history.data)
    by_hand = next((found for found in reversed(evidence.found) if not found.is_timestamp), last)
    if not evidence.is_ours and by_hand.revision < history.last:
        return judge_tail(evidence, by_hand)  # what a timestamp alone covers, anybody may have written
    if end != size:
        return fail(f"最后的签章只覆盖到第 {end} 字节，文件却有 {size} 字节：签完之后又加了内容。请取回签完时的文件。")
    if history.revisions[-1].end != size and (evidence.is_ours or not history.blank(history.revisions[-1].end, size)):
        return fail("文件最后的「%%EOF」后面还有别的内容。请取回签完时的文件。")
    return PASSED


def check_byte_ranges(evidence: Evidence) -> Finding:
    """Check 2: each ByteRange leaves out exactly its own signature and ends where its revision ends."""
    return judge(_range_faults(evidence))


def check_signatures_counted(evidence: Evidence) -> Finding:
    """Check 3: no signature is dropped, doubled, hidden or of an unknown kind, in any revision."""
    return judge(_count_faults(evidence), doubts=() if evidence.is_ours else _count_doubts(evidence))


def check_no_active_content(evidence: Evidence) -> Finding:
    """Check 5: no script, action, outside content or foreign attachment in any revision.

    Whether fields are drawn anew, as a file that is not ours may have asked before its first signature, is told.
    """
    history = evidence.history
    if evidence.is_ours:
        active = (fault for revision in history.revisions for fault in active_faults(history, revision.index))
        return judge((*active, *_attachment_faults(evidence)))
    found = [
        (revision.index, fault) for revision in history.revisions for fault in _new_actions(history, revision.index)
    ]
    first = evidence.certified or 0
    added = (fault for revision, fault in found if revision > first or _REDRAW not in fault)
    finding = judge(added, doubts=(f"签章之前就有：{fault}" for _, fault in found))
    advice = {"fail": _WITHOUT_IT, "not_checked": _COMPARE, "pass": ""}[finding.result]
    return replace(finding, detail=finding.detail + advice)


def check_plain_structure(evidence: Evidence) -> Finding:
    """Check 7: nothing encrypted, nothing between the objects, nothing that two programs could read differently."""
    return judge(_structure_faults(evidence), doubts=() if evidence.is_ours else _hidden(evidence, later=False))


def _range_faults(evidence: Evidence) -> Iterator[str]:
    taken: dict[int, str] = {}
    for signature in evidence.found:
        label = evidence.label(signature.field)
        fault = range_fault(evidence.history, signature)
        if fault is not None:
            yield f"签章「{label}」{fault}。"
        if signature.revision in taken:
            yield f"签章「{label}」与「{taken[signature.revision]}」出自同一次保存。"
        taken[signature.revision] = label


def range_fault(history: History, signature: SignatureFound) -> str | None:
    """Say what is wrong with a signature's ByteRange, None when nothing is."""
    ranges = signature.byte_range
    if ranges is None or ranges[0] != 0:
        return "的范围（ByteRange）应是从 0 开始的四个整数"
    if not gap_is_contents(history, signature):
        return "的范围留出的空档不正好是签章本身"
    return None if _ends_its_revision(history, signature) else "的范围没有盖到它那次保存的末尾"


def _ends_its_revision(history: History, signature: SignatureFound) -> bool:
    revision, ranges = history.revisions[signature.revision], signature.byte_range
    if signature.number not in revision.written or ranges is None:
        return False
    end = ranges[2] + ranges[3]
    return revision.eof <= end <= revision.end or (revision.end < end and history.blank(revision.end, end))


def _count_faults(evidence: Evidence) -> Iterator[str]:
    history = evidence.history
    fields_of: dict[int, list[str]] = {}
    for signature in evidence.found:
        label = evidence.label(signature.field)
        fields_of.setdefault(signature.number, []).append(label)
        field = evidence.forms[-1].fields.get(signature.field)
        if signature.inside and evidence.is_ours:
            yield f"签章「{label}」不是独立的对象。"
        if field is None or signature_number(field) != signature.number:
            yield f"签章「{label}」后来被拿掉或换掉了。"
        known = signature.kind in SUPPORTED or signature.is_timestamp
        if not known and (evidence.is_ours or signature.kind not in (WRAPPED, RAW_RSA)):
            yield f"签章「{label}」是不认得的种类（{signature.kind or '未写明'}），无从查验。"
    yield from (f"签章「{label}」写的种类与它里面的容器不符。" for label in _misnamed(evidence))
    for labels in fields_of.values():
        if len(labels) > 1:
            yield f"{'、'.join(f'「{label}」' for label in labels)}共用一个签章。"
    yield from _unsigned_faults(evidence)
    rights = set() if evidence.is_ours else usage_rights(history, evidence.found[0].revision)
    hidden = signature_objects(history) - {signature.number for signature in evidence.found} - rights
    if hidden:
        yield f"文件里藏着 {len(hidden)} 个不属于任何签章栏的签章。"


def _misnamed(evidence: Evidence) -> Iterator[str]:
    """Name the signatures that call themselves of an old kind and hold a container of another."""
    for signing in evidence.signings:
        if signing.found.kind == WRAPPED and (signing.container is None or signing.container.content is None):
            yield evidence.label(signing.found.field)


def _count_doubts(evidence: Evidence) -> Iterator[str]:
    """Tell what looks like a signature and proves nothing here."""
    for signature in evidence.found:
        if signature.kind in (WRAPPED, RAW_RSA):
            yield f"签章「{signature.field}」是旧式的种类（{signature.kind}），不能单凭它采信。"
    rights = usage_rights(evidence.history, evidence.history.last)
    for signature in evidence.found:
        if signature.number in rights:
            said = "又被列为 Adobe 的使用权限（UR3）：请向签章人核实他签的是内容"
            yield f"签章「{evidence.label(signature.field)}」{said}。"
    if rights - {signature.number for signature in evidence.found}:
        yield "文件带有 Adobe 的使用权限签章（UR3），那不是任何人的签章，没有计入。"


def _unsigned_faults(evidence: Evidence) -> Iterator[str]:
    """Find what was saved in our document without a signature.

    Validation data may be added so, and the cells of who signs outside right after; nothing else.
    """
    signed = {signature.revision for signature in evidence.found}
    first = evidence.certified if evidence.record else None
    for revision in range(first + 1 if first is not None else len(evidence.forms), len(evidence.forms)):
        was, now = (evidence.history.root(index).get("/DSS") for index in (revision - 1, revision))
        fills = filled_for(evidence, revision) is not None
        if revision not in signed and not fills and (now is None or same(was, now)):
            yield f"第 {revision + 1} 次保存没有签章。"


def signature_objects(history: History) -> set[int]:
    """Number every object of any revision that looks like a signature."""
    return {
        number
        for revision in history.revisions
        for number, value in history.written(revision.index)
        if isinstance(value, dict) and "/ByteRange" in value
    }


def active_faults(history: History, revision: int) -> Iterator[str]:
    """Yield what a revision wrote that acts, or comes from outside."""
    for number, value in history.written(revision):
        for said in dict.fromkeys(_words(value)):
            yield f"第 {revision + 1} 次保存的对象 {number} 带有{said}。"


def _new_actions(history: History, revision: int) -> Iterator[str]:
    """Yield what acts in a revision's objects and did not before; where merely a page is opened, nothing acts."""
    for number, value in history.written(revision):
        old = set(_words(history.value(number, revision - 1))) if revision else set()
        for said in dict.fromkeys(_words(value)):
            if said not in old and said not in _MERELY_OPENS:
                yield f"第 {revision + 1} 次保存的对象 {number} 带有{said}。"


def _words(value: PdfValue) -> Iterator[str]:
    if isinstance(value, Name):
        return iter([_KINDS[value]] if value in _KINDS else [])
    return _active(value)


def _active(value: PdfValue) -> Iterator[str]:
    if isinstance(value, Stream):
        if {"/F", "/FFilter"} & value.dictionary.keys():
            yield _OUTSIDE
        yield from _active(value.dictionary)
    elif isinstance(value, tuple):
        for item in value:
            if isinstance(item, tuple | dict):
                yield from _active(item)
    elif isinstance(value, dict):
        yield from _active_dictionary(value)


def _active_dictionary(value: PdfDict) -> Iterator[str]:
    for key, item in value.items():
        if key in _KEYS:
            yield _KEYS[key]
            yield from _active(item)
        elif key == "/NeedAppearances" and item is not False:
            yield _REDRAW
        elif key in ("/S", "/Subtype", "/Type") and isinstance(item, Name) and item in _KINDS:
            yield _KINDS[item]
        elif isinstance(item, tuple | dict):
            yield from _active(item)


def _attachment_faults(evidence: Evidence) -> Iterator[str]:
    if evidence.record is None:
        return
    names = sorted(name for name, _ in attachments(evidence.history, evidence.history.last))
    if names != sorted(OURS):
        yield f"附件应只有 {'、'.join(sorted(OURS))}，现在是 {'、'.join(names) or '没有'}。"
    extra = _file_objects(evidence.history) - len(OURS)
    if extra > 0:
        yield f"文件里多出 {extra} 份附件。"


def _file_objects(history: History) -> int:
    return sum(
        isinstance(value, Stream) and value.dictionary.get("/Type") == "/EmbeddedFile"
        for revision in history.revisions
        for _, value in history.written(revision.index)
    )


def _structure_faults(evidence: Evidence) -> Iterator[str]:
    history = evidence.history
    for revision in history.revisions:
        if "/Encrypt" in revision.trailer:
            yield "文件加了密，无从逐一查验；自行解密会毁掉签章。请向出具的人索取一份不加密的签章文件。"
        if size_lies(revision):
            yield f"第 {revision.index + 1} 次保存写的对象总数（/Size）盖不住它的对象，别的程序会漏读。"
        for number, value in history.written(revision.index):  # reading every object is what finds a broken one
            if isinstance(value, Stream) and _SHORT_FOR_PARAMETERS in value.dictionary:
                yield f"第 {revision.index + 1} 次保存的对象 {number} 用了只有一些程序认得的简写，会展开成不同的内容。"
        strangers = history.strangers(revision.index)
        if strangers and evidence.is_ours:
            yield f"第 {revision.index + 1} 次保存里，第 {strangers[0][0]} 字节处有不属于任何对象的内容。"
    if not evidence.is_ours:
        yield from _hidden(evidence, later=True)


def _hidden(evidence: Evidence, *, later: bool) -> Iterator[str]:
    """Find what looks like an object in a file that is not ours, and no table lists: a program that mends may read it.

    What came after the first signature is `later`; what the first signer saw may be careless writing.
    """
    history = evidence.history
    for revision in history.revisions:
        if (revision.index > (evidence.certified or 0)) is later:
            for start, end in history.strangers(revision.index):
                if _LIKE_AN_OBJECT.search(history.data, start, end):
                    yield f"第 {revision.index + 1} 次保存里，第 {start} 字节处有表里没有的对象，别的程序可能会读它。"


def size_lies(revision: Revision) -> bool:
    """Say whether a trailer's /Size leaves out objects in use, which readers ignore (ISO 32000-2, 7.5.5)."""
    size = revision.trailer.get("/Size")
    used = (number for number, entry in revision.known.items() if entry.kind != "f")
    return not isinstance(size, int) or size <= max(used, default=0)
