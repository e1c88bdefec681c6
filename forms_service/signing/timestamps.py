"""Timestamp authorities (RFC 3161): the embedded one, and an outside one behind a URL.

Both are pyHanko TimeStampers, so stock pyHanko can use them; `stamp` is the same thing without an event loop.
"""

import abc
import datetime as dt
import hashlib
import secrets
import urllib.request
from collections.abc import Callable
from typing import ClassVar

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.timestamps import TimeStamper

from forms_service.domain.errors import FormsError
from forms_service.signing import oids
from forms_service.signing.signed_data import TST_INFO, Message, sign_message
from forms_service.signing.signer import DIGEST, Signer, to_asn1

_LARGEST_ANSWER = 64 * 1024


class NoTimestamp(FormsError):
    """Stop a signature that should carry a timestamp and got none; nothing was signed without it."""

    code = "no_timestamp"


class TimeAuthority(TimeStamper, abc.ABC):
    """Stamp digests with the time. `spare` is how many bytes one authority's tokens may differ in size."""

    spare = 8

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko left it untyped
        self._token_size: int | None = None

    @property
    def token_size(self) -> int:
        """The size in bytes that a token needs; asks for one token the first time. Raises NoTimestamp."""
        if self._token_size is None:
            self._token_size = len(self.stamp(hashlib.sha256().digest())) + self.spare
        return self._token_size

    @abc.abstractmethod
    def stamp(self, digest: bytes) -> bytes:
        """Get a token (DER) over a SHA-256 digest. Raises NoTimestamp when there is none, or not a right one."""


class EmbeddedTimeAuthority(TimeAuthority):
    """Stamp with the house's own key and clock; fit for a demo and for small firms that trust their own server."""

    def __init__(self, signer: Signer, clock: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self._signer = signer
        self._name = asn1_x509.GeneralName("directory_name", to_asn1(signer.certificate).subject)
        self._clock = clock

    def stamp(self, digest: bytes) -> bytes:
        """Make a token; there is no nonce, for nothing travels."""
        return self._sign(tsp.MessageImprint({"hash_algorithm": {"algorithm": DIGEST}, "hashed_message": digest}))

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request of stock pyHanko; refuse a digest other than SHA-256 with badAlg (RFC 3161, 2.4.2)."""
        if req["message_imprint"]["hash_algorithm"]["algorithm"].native != DIGEST:
            return tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_alg"}}})
        token = cms.ContentInfo.load(self._sign(req["message_imprint"], req["nonce"].native))
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def _sign(self, imprint: tsp.MessageImprint, nonce: int | None = None) -> bytes:
        statement = {
            "version": "v1",
            "policy": oids.TIMESTAMP,
            "message_imprint": imprint,
            "serial_number": secrets.randbits(126) | 1 << 126,  # unique without a counter, and always of one size
            "gen_time": self._clock().astimezone(dt.UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
            "nonce": nonce,
            "tsa": self._name,
        }
        content = bytes(tsp.TSTInfo({key: value for key, value in statement.items() if value is not None}).dump())
        return sign_message(self._signer, Message(TST_INFO, hashlib.sha256(content).digest(), content))


class OutsideTimeAuthority(TimeAuthority):
    """Stamp by a service that speaks RFC 3161 over HTTP (clause 3.4). Raises ValueError for another kind of address."""

    spare = 256  # its certificates may change while this process runs

    def __init__(self, url: str, timeout_s: float = 10) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"a timestamp authority's address starts with https:// or http://, not {url!r}")
        super().__init__()
        self._url = url
        self._timeout_s = timeout_s

    def stamp(self, digest: bytes) -> bytes:
        """Ask the service for a token, and look whether it is the one asked for."""
        nonce, request = self.request_cms(digest, DIGEST)  # type: ignore[no-untyped-call]  # pyHanko left it untyped
        try:
            return _read_token(self._ask(request), digest, nonce)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:  # what asn1crypto makes of nonsense
            raise NoTimestamp(f"没有取得时间戳，本次没有签章。原因：{error}。请稍后再签；仍不行请找管理员。") from error

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Pass on a request of stock pyHanko."""
        return tsp.TimeStampResp.load(self._ask(req), strict=True)

    def _ask(self, request: tsp.TimeStampReq) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        call = urllib.request.Request(self._url, request.dump(), headers)  # noqa: S310 - the scheme was checked
        with urllib.request.urlopen(call, timeout=self._timeout_s) as reply:  # noqa: S310 - the scheme was checked
            answer = bytes(reply.read(_LARGEST_ANSWER + 1))
        if len(answer) > _LARGEST_ANSWER:
            raise ValueError(f"时间戳服务的回答超过 {_LARGEST_ANSWER} 字节")
        return answer


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto is untyped; its own class wants a token in a refusal too
    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


def _read_token(answer: bytes, digest: bytes, nonce: int) -> bytes:
    """Read the token out of a service's answer; raises ValueError for a refusal or a token about something else."""
    read = _Answer.load(answer, strict=True)
    status = read["status"]["status"].native
    if status not in {"granted", "granted_with_mods"}:
        raise ValueError(f"时间戳服务拒绝了请求（{status}）")
    statement = read["token"]["content"]["encap_content_info"]["content"].parsed
    if (statement["message_imprint"]["hashed_message"].native, statement["nonce"].native) != (digest, nonce):
        raise ValueError("时间戳服务回的不是这次签章的时间戳")
    return bytes(read["token"].dump())
