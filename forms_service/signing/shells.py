"""Shells: the part of a CMS container that no signature covers, which an honest program writes to agree with the rest.

Nothing in it changes what was signed by whom; but a file whose bytes were altered is not to pass for untouched.
"""

from asn1crypto import cms, parser

from forms_service.signing.hashing import name_of
from forms_service.signing.unsound import Unsound

_MOST_CERTIFICATES, _LARGEST_CERTIFICATE = 256, 64 * 1024  # five of 2 KB are many
_MOST_ATTRIBUTES = 64
_LONGEST_NAME, _LONG = 128, 16 * 1024  # bytes of an object identifier; a container below that size holds none too long
_OBJECT_IDENTIFIER, _CONSTRUCTED, _INDEFINITE = 6, 0x20, 0x80
_VERSIONS = (1, 3, 4, 5)  # RFC 5652, 5.1


def require_short_names(der: bytes) -> None:
    """Raise Unsound for an object identifier of absurd length: reading one takes time by its square."""
    if len(der) > _LONG and _has_long_name(der):
        raise Unsound("签章容器里有长得离谱的标识（OID）。请让签章的人换一个程序重签")


def read_few(signed_data: cms.SignedData) -> cms.SignedData:
    """Return it; raises Unsound for more certificates or attributes than any signature needs, for each takes time."""
    certificates = signed_data["certificates"]
    if len(certificates) > _MOST_CERTIFICATES:
        raise Unsound(
            f"签章里附了 {len(certificates)} 张证书，最多读 {_MOST_CERTIFICATES} 张。请让签章的人换一个程序重签"
        )
    if any(len(choice.dump()) > _LARGEST_CERTIFICATE for choice in certificates):
        raise Unsound(f"签章里附的证书超过 {_LARGEST_CERTIFICATE // 1024} KB。请让签章的人换一张证书重签")
    for info in signed_data["signer_infos"]:
        if max(len(info[key]) for key in ("signed_attrs", "unsigned_attrs")) > _MOST_ATTRIBUTES:
            raise Unsound(f"签章的属性超过 {_MOST_ATTRIBUTES} 个。请让签章的人换一个程序重签")
    return signed_data


def _has_long_name(der: bytes) -> bool:
    """Go over every element from the first byte on, into those that hold others, not into strings."""
    at = 0
    try:
        while at < len(der):
            tag, at = der[at], _behind_tag(der, at)
            size, at = _size(der, at)
            if tag & _CONSTRUCTED or size is None:
                continue
            if tag == _OBJECT_IDENTIFIER and size > _LONGEST_NAME:
                return True
            at += size
    except IndexError:
        pass  # it ends too early, which who reads it will say
    return False


def _behind_tag(der: bytes, at: int) -> int:
    if der[at] & 0x1F == 0x1F:
        at += 1
        while der[at] & 0x80:
            at += 1
    return at + 1


def _size(der: bytes, at: int) -> tuple[int | None, int]:
    """Read the length of an element's content, None where its end is marked instead, and where the content begins."""
    first = der[at]
    if first == _INDEFINITE:
        return None, at + 1
    if first < _INDEFINITE:
        return first, at + 1
    behind = at + 1 + (first & 0x7F)
    return int.from_bytes(der[at + 1 : behind]), behind


def oddity(outer: cms.ContentInfo, signed_data: cms.SignedData, info: cms.SignerInfo) -> str:
    """Say what is odd about the shell around a signature, which the signature itself does not cover."""
    inside = bytes(outer.contents)
    kind = parser.peek(inside)
    if kind + parser.peek(inside[kind:]) != len(inside):
        return "签章容器里夹着多余的字节"
    if int(signed_data["version"]) not in _VERSIONS:
        return "签章容器的版本号不对"
    listed = {name_of(algorithm) for algorithm in signed_data["digest_algorithms"]}
    return "" if name_of(info["digest_algorithm"]) in listed else "签章容器所列的摘要算法里没有它用的那一种"
