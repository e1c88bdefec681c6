"""Shells: the part of a CMS container that no signature covers, which an honest program writes to agree with the rest.

Nothing in it changes what was signed by whom; but a file whose bytes were altered is not to pass for untouched.
"""

from asn1crypto import cms, parser

from forms_service.signing.hashing import name_of

_VERSIONS = (1, 3, 4, 5)  # RFC 5652, 5.1


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
