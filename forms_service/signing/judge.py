"""Judging one revision: what a submit or a seal added, on a base whose digest says that it was judged before.

results = judge_revision(signed, ExpectedRevision(base_sha256=head, field="sign_02_gm", ...), trust, at, fonts)

The checks bear the numbers of the full verdict, narrowed to the new revision; nothing of the base is judged again.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from forms_service.pdf.fonts import Fonts
from forms_service.signing.appearances import faults_of_revision
from forms_service.signing.certificates import key_may_sign
from forms_service.signing.change_checks import FORM_FILLING, read_lock
from forms_service.signing.changes import Change, forbidden_changes
from forms_service.signing.comparison import Allowance
from forms_service.signing.evidence import Signing, prefix_digests, read_signing
from forms_service.signing.expected import ExpectedRevision
from forms_service.signing.filled_over import strayed_stamps
from forms_service.signing.finding import judge
from forms_service.signing.form_view import FormView, view_form
from forms_service.signing.frames import frame_faults
from forms_service.signing.integrity import TOLERANCE, container_fault
from forms_service.signing.revisions import History
from forms_service.signing.signatures import SUPPORTED, find_signatures
from forms_service.signing.structure import active_faults, range_fault, size_lies
from forms_service.signing.syntax import Malformed
from forms_service.signing.trust import TrustList
from forms_service.signing.verdict import CheckResult


@dataclass(frozen=True, slots=True)
class _NewRevision:
    """The new revision and what it should be. `forms` begin with the base's; made outside, it may be two revisions."""

    history: History
    forms: tuple[FormView, ...]
    signing: Signing
    due: ExpectedRevision
    changes: tuple[Change, ...]
    at: dt.datetime
    fonts: Fonts

    @property
    def after(self) -> FormView:
        """The form as it now stands."""
        return self.forms[-1]


def judge_revision(
    pdf: bytes, due: ExpectedRevision, trust: TrustList, at: dt.datetime, fonts: Fonts
) -> tuple[CheckResult, ...]:
    """Judge the last revision of a file; all results pass when it is exactly what was to be added.

    Results come in the order of their numbers; a file that cannot be read gives the one result that says why. Whatever
    goes wrong is a failed check, never a crash.
    """
    try:
        new = _read(pdf, due, trust, at, fonts)
    except Malformed as malformed:
        return (CheckResult(malformed.check, "readable", "新的版本读得下去", "fail", f"{malformed.reason}。"),)
    except Exception as error:  # noqa: BLE001 - bytes from outside may bring about anything
        reason = f"读取时出错（{type(error).__name__}）。"
        return (CheckResult(7, "readable", "新的版本读得下去", "fail", reason),)
    return tuple(_run(no, name, title, check, new) for no, name, title, check in _CHECKS)


def _read(pdf: bytes, due: ExpectedRevision, trust: TrustList, at: dt.datetime, fonts: Fonts) -> _NewRevision:
    history = History(pdf)
    base = history.last - (2 if due.filled_sha256 not in (None, due.base_sha256) else 1)
    if base < 0 or not _follows(history, base, due):
        raise Malformed("新的版本不是接着原来的文件写的", check=4)
    forms = [view_form(history, base)]
    for revision in range(base + 1, history.last + 1):
        forms.append(view_form(history, revision, forms[-1]))
    were = {(signature.field, signature.number) for signature in find_signatures(history, (forms[0],))}
    found = [s for s in find_signatures(history, tuple(forms[1:])) if (s.field, s.number) not in were]
    if len(found) != 1:
        raise Malformed(f"应新增一个签章，实际新增 {len(found)} 个", check=3)
    signing = read_signing(found[0], None, trust, None, at)
    changes = tuple(
        change
        for before, after in pairwise(forms)
        for change in forbidden_changes(history, before, after, _allowance(due, last=after is forms[-1]))
    )
    return _NewRevision(history, tuple(forms), signing, due, changes, at, fonts)


def _follows(history: History, base: int, due: ExpectedRevision) -> bool:
    """Say whether the file goes on from the base, and from what was handed out to be signed outside."""
    filled = due.filled_sha256 or due.base_sha256
    begins = due.base_sha256 in prefix_digests(history, base)
    return begins and filled in prefix_digests(history, history.last - 1 if due.outside else base)


def _allowance(due: ExpectedRevision, *, last: bool) -> Allowance:
    """Say what a revision may do: fill and sign at once, but made outside, fill in one and sign in the next."""
    if not due.outside:
        return Allowance(frozenset(due.printed), due.field, may_lock=due.seals, alone=True)
    return Allowance(signature=due.field, outside=True) if last else Allowance(frozenset(due.printed), outside=True)


def _whole(new: _NewRevision) -> Iterator[str]:
    ranges = new.signing.found.byte_range
    if ranges is None or ranges[2] + ranges[3] != len(new.history.data):
        yield "新的签章没有覆盖到文件末尾。"


def _range(new: _NewRevision) -> Iterator[str]:
    fault = range_fault(new.history, new.signing.found)
    if fault is not None:
        yield f"新的签章{fault}。"


def _box(new: _NewRevision) -> Iterator[str]:
    if new.signing.found.field != new.due.field:
        yield f"签在了「{new.signing.found.field}」，应签在「{new.due.field}」。"
    if new.signing.found.kind not in (SUPPORTED if new.due.outside else {"/ETSI.CAdES.detached"}):
        yield "新的签章不是 PAdES 格式。"


def _active(new: _NewRevision) -> Iterator[str]:
    for form in new.forms[1:]:
        yield from active_faults(new.history, form.revision)


def _plain(new: _NewRevision) -> Iterator[str]:
    for form in new.forms[1:]:
        for _ in new.history.written(form.revision):
            pass  # reading every object is what finds a broken one
        if new.history.strangers(form.revision):
            yield "新的版本里有不属于任何对象的内容。"
    if "/Encrypt" in new.history.revisions[-1].trailer:
        yield "新的版本加了密。"
    if size_lies(new.history.revisions[-1]):
        yield "新的版本写的对象总数（/Size）盖不住它的对象。"


def _own_fields(new: _NewRevision) -> Iterator[str]:
    yield from _said(new, 8)
    printed = new.after.printed(new.history)
    for name, value in new.due.printed.items():
        if printed.get(name) != value:
            yield f"栏位「{name}」写进去的不是所填的内容。"


def _shown(new: _NewRevision) -> Iterator[str]:
    for before, after in pairwise(new.forms):
        for name, fault in faults_of_revision(new.history, before, after, new.fonts):
            yield f"栏位「{name}」{fault}。"


def _laid_over(new: _NewRevision) -> Iterator[str]:
    yield from _said(new, 5)
    yield from _said(new, 10)
    yield from (words for _, words in frame_faults(new.history, new.forms))
    yield from strayed_stamps(new.history, new.forms)
    certifies = new.signing.found.transform("/DocMDP")
    first = new.history.last == 1
    if (certifies is not None) != first or (certifies is not None and certifies.get("/P") != FORM_FILLING):
        yield "只有公司的签发可以（并须）限定只许填写与签章（DocMDP 2）。"
    parameters = new.signing.found.transform("/FieldMDP")
    if read_lock(parameters) != frozenset(new.due.lock) and not (new.due.outside and parameters is None):
        yield "锁定的栏位与所定的不同。"


def _signer(new: _NewRevision) -> Iterator[str]:
    signing, due = new.signing, new.due
    if signing.container is None:
        yield f"{signing.fault}。"
        return
    if signing.container.fingerprint != due.certificate:
        yield "签章用的不是预期的证书。"
    if signing.facts != due.facts:
        yield "签章声明的内容与预期的不同。"
    if due.outside and not key_may_sign(signing.container.certificate, new.at):
        yield "签章人的证书现在不能用：不在有效期内。"
    if not due.outside and not signing.traced.valid_at(signing.time or new.at):
        yield f"签章人的证书现在不能用：{signing.traced.reason or '不在有效期内'}。"


def _sound(new: _NewRevision) -> Iterator[str]:
    fault = container_fault(new.history, new.signing)
    if fault is not None:
        yield f"{fault}。"


def _time(new: _NewRevision) -> Iterator[str]:
    if new.due.outside:
        return  # its time is when it came in; what it claims, or whose timestamp it bears, proves nothing to us
    if new.signing.time_fault:
        yield f"{new.signing.time_fault}。"
    elif new.signing.time is None or abs(new.signing.time - new.at) > TOLERANCE:
        yield "签章时间与现在相差太多。"


def _said(new: _NewRevision, check: int) -> Iterator[str]:
    for change in new.changes:
        if change.check == check:
            yield f"{f'栏位「{change.field}」' if change.field else ''}{change.words}。"


_CHECKS: tuple[tuple[int, str, str, Callable[[_NewRevision], Iterator[str]]], ...] = (
    (1, "whole_file", "签章覆盖整个文件", _whole),
    (2, "byte_ranges", "签章范围一层接一层", _range),
    (3, "signatures_counted", "签在该签的栏里", _box),
    (5, "no_active_content", "没有脚本、动作和外来附件", _active),
    (7, "plain_structure", "文件结构规整", _plain),
    (8, "only_own_fields", "只填了自己的栏位，内容如所填", _own_fields),
    (9, "shown_is_stored", "看到的就是存着的", _shown),
    (10, "nothing_laid_over", "页面、批注与权限保持原样", _laid_over),
    (11, "route_signed", "由该签的人签", _signer),
    (12, "signature_sound", "签章本身完好", _sound),
    (13, "times_in_order", "时间相符", _time),
)


def _run(
    no: int, name: str, title: str, check: Callable[[_NewRevision], Iterator[str]], new: _NewRevision
) -> CheckResult:
    try:
        finding = judge(check(new))
    except Malformed as malformed:
        return CheckResult(no, name, title, "fail", f"{malformed.reason}。")
    except Exception as error:  # noqa: BLE001 - as above
        return CheckResult(no, name, title, "fail", f"查验时出错（{type(error).__name__}）。")
    return CheckResult(no, name, title, finding.result, finding.detail)
