"""Signers: whose certificate stands behind a signature, of which kind, and whether it was good when it signed."""

import datetime as dt
from collections.abc import Iterator

from forms_service.signing.certificates import HolderKind, key_may_sign
from forms_service.signing.evidence import Evidence, Signing
from forms_service.signing.integrity import TOLERANCE
from forms_service.signing.stamps import proven_time

_NOBODY_KNOWN = "没有信任文件，证书是谁的查不出来：请向公司索取信任文件，连同它再查一次。"
_KIND_WORDS = {"firm": "公司", "person": "本公司人员", "contact": "客户联系人", "timestamp": "时间戳机构"}


def signed_as(evidence: Evidence, signing: Signing, kind: HolderKind) -> Iterator[str]:
    """Check the certificate behind a signature: its kind by policy, its anchor, and that it was valid then."""
    label = evidence.label(signing.found.field)
    holder = signing.holder
    if signing.container is None:
        yield f"「{label}」：{signing.fault}。"
        return
    if signing.traced.anchor is None and evidence.is_held_to_us:
        yield f"「{label}」的签章人「{_signer(signing)}」不可信：{signing.traced.reason}。"
    elif signing.traced.anchor not in (None, evidence.signings[0].traced.anchor):
        yield f"「{label}」的证书与公司签发用的不是出自同一个根。"
    if holder is None or holder.kind != kind:
        found = _KIND_WORDS[holder.kind] if holder else "来历不明"
        yield f"「{label}」应由{_KIND_WORDS[kind]}的证书签章，这张是{found}的。"
    now = (proven_time(evidence, signing) or evidence.at) if signing.time_source == "claim" else None
    moments = [moment for moment in (signing.time, now) if moment]
    if signing.traced.anchor and not all(signing.traced.valid_at(moment) for moment in moments):
        yield f"「{label}」的证书在签章时（或现在）不在有效期内，也没有时间戳可证明签章时有效。"
    elif signing.time and not any(
        key_may_sign(signing.container.certificate, at) for at in _when(signing, signing.time)
    ):
        yield f"「{label}」的密钥在签章时已过了可以签章的时限。"


def _when(signing: Signing, time: dt.datetime) -> tuple[dt.datetime, ...]:
    """Give the moments at which it may have been signed: a time that is only claimed is by the signer's own clock."""
    return (time - TOLERANCE, time, time + TOLERANCE) if signing.time_source == "claim" else (time,)


def nobody_known(evidence: Evidence) -> tuple[str, ...]:
    """Doubt whatever hangs on a certificate where no authority of the firm is known; nothing where one is."""
    return () if evidence.is_held_to_us else (_NOBODY_KNOWN,)


def _signer(signing: Signing) -> str:
    if signing.holder:
        return signing.holder.name
    return signing.container.certificate.subject.rfc4514_string() if signing.container else ""
