"""Checks 12 and 13: whether each signature is sound in itself, and when it fell."""

import datetime as dt
import itertools
from collections.abc import Iterator

from forms_service.signing.companions import altered_certificate
from forms_service.signing.container import DATA, verify_container, weaknesses
from forms_service.signing.evidence import Evidence, Signing, may_stamp, signed_digest, signed_parts
from forms_service.signing.finding import Finding, judge, not_checked
from forms_service.signing.old_kinds import RAW_RSA, WRAPPED, container_of_digest_fault, raw_rsa_fault
from forms_service.signing.paths import trace_stamp
from forms_service.signing.revisions import History
from forms_service.signing.signatures import SUPPORTED, SignatureFound
from forms_service.signing.stamps import aged, covered_by
from forms_service.signing.time_tokens import read_timestamp
from forms_service.signing.unsound import Unknown, Unproven, Unsound

TOLERANCE = dt.timedelta(minutes=5)
"""By how much two clocks may differ."""

_OLD = frozenset({WRAPPED, RAW_RSA})
_PADES = "/ETSI.CAdES.detached"


def check_signature_sound(evidence: Evidence) -> Finding:
    """Check 12: one signer, no content inside, digest and certificate stated, algorithms and key sizes allowed."""
    faults = (*_soundness_faults(evidence), *_stamp_faults(evidence))
    doubts = () if evidence.is_held_to_us else _soundness_doubts(evidence)
    return judge(faults, f"{len(evidence.found)} 个签章的摘要、证书与算法都相符。", doubts)


def check_times_in_order(evidence: Evidence) -> Finding:
    """Check 13: each signature has a time, proven where it can be; times never run backwards.

    In a file that is not ours, what its signers claim about the time proves nothing, and refutes nothing either.
    """
    faults = tuple(_own_time_faults(evidence))
    sources = (_unproven_times, _to_come, _order_faults, _cover_faults, _stamp_order)
    odd = tuple(fault for source in sources for fault in source(evidence))
    if evidence.is_held_to_us:
        faults, odd = (*faults, *odd), ()
    ran_out = [evidence.label(signing.found.field) for signing in evidence.signings if aged(evidence, signing)]
    if ran_out and not faults:
        return not_checked(
            f"{'、'.join(f'「{label}」' for label in ran_out)}的时间戳，其证书已经到期，到期前没有续盖文件时间戳，"
            "时间不能再证明。请向公司索取续过时间戳的一份。"
        )
    return judge(faults, _time_words(evidence), odd)


def container_fault(history: History, signing: Signing, *, lenient: bool = False) -> str | None:
    """Say what is unsound about one signature, None when nothing is. Raises Malformed.

    `lenient` bears kinds and algorithms that prove less than they should: what a file that is not ours may have.
    """
    if lenient and signing.found.kind == RAW_RSA:
        return raw_rsa_fault(signing.found, signed_parts(history, signing.found))
    container = signing.container
    if container is None:
        return signing.fault
    if lenient and signing.found.kind == WRAPPED:
        return container_of_digest_fault(container, signed_parts(history, signing.found))
    if container.content is not None or container.content_type != DATA:
        return "签章容器里夹带了内容"
    digest = signed_digest(history, signing.found, container.hash_name)
    try:
        verify_container(container, digest, strict=signing.found.kind == _PADES, lenient=lenient)
    except Unknown as unknown:
        return None if lenient else str(unknown)
    except Unsound as unsound:
        return str(unsound)
    return None


def _soundness_faults(evidence: Evidence) -> Iterator[str]:
    for signing in evidence.signings:
        if evidence.is_ours and not signing.outside and signing.found.kind != _PADES:
            yield f"「{evidence.label(signing.found.field)}」的签章不是 PAdES 格式。"
        if signing.found.kind in SUPPORTED or (not evidence.is_ours and signing.found.kind in _OLD):
            fault = container_fault(evidence.history, signing, lenient=not evidence.is_ours)
            if fault is not None:
                yield f"「{evidence.label(signing.found.field)}」：{fault}。"
            elif evidence.is_ours and signing.container is not None and signing.traced.anchor is not None:
                altered = altered_certificate(signing.container.certificates, evidence.trust)
                if altered is not None:
                    yield f"「{evidence.label(signing.found.field)}」附的证书「{altered}」不是签发时的原样。"


def _soundness_doubts(evidence: Evidence) -> Iterator[str]:
    for signing in evidence.signings:
        label = evidence.label(signing.found.field)
        if signing.found.kind in _OLD:
            yield f"「{label}」是旧式的签章（{signing.found.kind}），只靠 SHA-1，不能单凭它认定没有改动。"
        elif signing.container is not None and signing.found.kind in SUPPORTED:
            for weak in _weak_points(evidence, signing):
                yield f"没有发现「{label}」被改动，但{weak}，不能单凭它采信。"
    stamps = [found.field for found in evidence.found if found.is_timestamp]
    if stamps and not evidence.signings:
        yield "文件上只有时间戳，没有任何人的签章：它只说明内容那时已经是这样，不说明是谁的。"
    for found in evidence.found:
        if found.is_timestamp and (doubt := _stamp_doubt(evidence, found)):
            yield f"文件时间戳「{evidence.label(found.field)}」：{doubt}。"


def _weak_points(evidence: Evidence, signing: Signing) -> Iterator[str]:
    container, strict = signing.container, signing.found.kind == _PADES
    if container is None:
        return
    yield from weaknesses(container, strict=strict)
    altered = altered_certificate(container.certificates, evidence.trust)
    if altered is not None:
        yield f"附在里面的证书「{altered}」不是它的颁发机构签发的原样"
    try:
        digest = signed_digest(evidence.history, signing.found, container.hash_name)
        verify_container(container, digest, strict=strict, lenient=True)
    except Unknown as unknown:
        yield str(unknown)


def _stamp_faults(evidence: Evidence) -> Iterator[str]:
    for found in evidence.found:
        if found.is_timestamp:
            fault = _stamp_fault(evidence, found)
            if fault is not None:
                yield f"文件时间戳「{evidence.label(found.field)}」：{fault}。"


def _stamp_fault(evidence: Evidence, found: SignatureFound) -> str | None:
    try:
        read_timestamp(found.container, signed_parts(evidence.history, found), lenient=not evidence.is_ours)
    except Unproven as unproven:
        return str(unproven) if evidence.is_ours else None
    except Unsound as unsound:
        return str(unsound)
    return _stamp_doubt(evidence, found) if evidence.is_held_to_us else None


def _stamp_doubt(evidence: Evidence, found: SignatureFound) -> str | None:
    """Say why a sound document timestamp proves no time, None when it does."""
    try:
        stamp, moment = read_timestamp(found.container, signed_parts(evidence.history, found), lenient=True)
    except Unproven as unproven:
        return str(unproven)
    traced = trace_stamp(stamp.certificates, evidence.trust, moment, evidence.along, ours=evidence.is_ours)
    weak = weaknesses(stamp, strict=False)
    if weak:
        return weak[0]
    if altered_certificate(stamp.certificates, evidence.trust) is not None:
        return "附在里面的证书不是签发时的原样"
    if traced.valid_at(moment) and may_stamp(stamp):
        return None
    return f"不是信任名单里的时间戳机构盖的（{traced.reason or '证书不作此用'}）"


def _own_time_faults(evidence: Evidence) -> Iterator[str]:
    for signing in evidence.signings:
        label = evidence.label(signing.found.field)
        if signing.time_fault and (evidence.is_held_to_us or not signing.time_unproven):
            yield f"「{label}」：{signing.time_fault}。"


def _unproven_times(evidence: Evidence) -> Iterator[str]:
    for signing in evidence.signings:
        label = evidence.label(signing.found.field)
        if signing.time_fault:
            yield f"「{label}」：{signing.time_fault}。"
        elif signing.time is None and not signing.outside:  # whose claim proves nothing; nobody vouches for it here
            yield f"「{label}」没有写明签章时间。"


def _to_come(evidence: Evidence) -> Iterator[str]:
    """Say which times lie ahead of the clock here, which may itself be wrong."""
    signed = [(s.time, evidence.label(s.found.field)) for s in evidence.signings if s.time and not s.time_fault]
    stamped = [(stamp.time, f"文件时间戳 {stamp.field}") for stamp in evidence.stamps]
    ahead = sorted((time, label) for time, label in (*signed, *stamped) if time > evidence.at + TOLERANCE)
    if ahead:
        (time, label), *others = ahead
        more = f"和另外 {len(others)} 个时间都" if others else ""
        yield (
            f"「{label}」的时间 {time:%Y-%m-%d %H:%M} UTC {more}还没有到："
            f"这里的时钟现在是 {evidence.at:%Y-%m-%d %H:%M} UTC。要是这个时钟慢了，请拨准再查一次。"
        )


def _order_faults(evidence: Evidence) -> Iterator[str]:
    timed = [signing for signing in evidence.signings if signing.time is not None]
    for earlier, later in itertools.pairwise(timed):
        slack = dt.timedelta(seconds=1) if earlier.time_source == later.time_source else TOLERANCE
        if later.time is not None and earlier.time is not None and later.time < earlier.time - slack:
            yield (
                f"「{evidence.label(later.found.field)}」签在后面，时间（{later.time:%Y-%m-%d %H:%M:%S}）却早于"
                f"「{evidence.label(earlier.found.field)}」（{earlier.time:%Y-%m-%d %H:%M:%S}）。"
            )


def _cover_faults(evidence: Evidence) -> Iterator[str]:
    """Hold each signature's time to the timestamps of the file that cover it."""
    for signing in evidence.signings:
        covered = covered_by(evidence, signing.revision)
        if signing.time and covered and signing.time > covered + TOLERANCE:
            yield (
                f"「{evidence.label(signing.found.field)}」写的签章时间（{signing.time:%Y-%m-%d %H:%M:%S}）"
                f"晚于盖住它的文件时间戳（{covered:%Y-%m-%d %H:%M:%S}）。"
            )


def _stamp_order(evidence: Evidence) -> Iterator[str]:
    """Hold the timestamps of the file to each other: a later one is not earlier."""
    for earlier, later in itertools.pairwise(evidence.stamps):
        if later.time < earlier.time - dt.timedelta(seconds=1):
            yield (
                f"文件时间戳「{later.field}」盖在后面，时间（{later.time:%Y-%m-%d %H:%M:%S}）却早于"
                f"「{earlier.field}」（{earlier.time:%Y-%m-%d %H:%M:%S}）。"
            )


def _time_words(evidence: Evidence) -> str:
    claimed = [evidence.label(s.found.field) for s in evidence.signings if s.time_source == "claim"]
    if not claimed:
        return "每个签章的时间都有依据，依次不倒退。"
    return f"时间依次不倒退；但{'、'.join(f'「{label}」' for label in claimed)}的时间只是签章人自称，这里无从核实。"
