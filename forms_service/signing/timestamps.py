"""Timestamp authorities (RFC 3161): the embedded one, and an outside one behind a URL.

Both are pyHanko TimeStampers, so stock pyHanko can use them; `stamp` is the same thing without an event loop.
"""

import abc
import datetime as dt
import hashlib
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, handle_tsp_response

from forms_service.domain.errors import FormsError
from forms_service.signing import oids
from forms_service.signing.signed_data import Message, sign_message
from forms_service.signing.signer import DIGEST, Signer

_SPARE = 128
"""Bytes by which one authority's tokens may differ in size."""
_LARGEST_ANSWER = 64 * 1024


class NoTimestamp(FormsError):
    """Stop a signature that should carry a timestamp and got none; nothing was signed without it."""

    code = "no_timestamp"


class TimeAuthority(TimeStamper, abc.ABC):
    """Stamp digests with the time."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko left it untyped
        self._token_size: int | None = None

    @property
    def token_size(self) -> int:
        """The size in bytes that a token needs; asks for one token the first time. Raises NoTimestamp."""
        if self._token_size is None:
            self._token_size = len(self.stamp(hashlib.sha256().digest()).dump()) + _SPARE
        return self._token_size

    def stamp(self, digest: bytes) -> cms.ContentInfo:
        """Get a token over a SHA-256 digest. Raises NoTimestamp when the authority does not give a right one."""
        nonce, request = self.request_cms(digest, DIGEST)  # type: ignore[no-untyped-call]  # as above
        try:
            token = handle_tsp_response(self.answer(request), nonce)
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            stamped = imprint["hashed_message"].native
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoTimestamp(f"没有取得时间戳，本次没有签章。原因：{error}。请稍后再签；仍不行请找管理员。") from error
        if stamped != digest:
            raise NoTimestamp("时间戳服务回的不是这次签章的时间戳，本次没有签章。请找管理员检查时间戳服务。")
        return token

    @abc.abstractmethod
    def answer(self, request: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request; raises OSError when the authority cannot be reached, ValueError when it talks nonsense."""

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request of stock pyHanko."""
        return self.answer(req)


class EmbeddedTimeAuthority(TimeAuthority):
    """Stamp with the house's own key and clock; fit for a demo and for small firms that trust their own server."""

    def __init__(self, signer: Signer, clock: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self._signer = signer
        self._clock = clock

    def answer(self, request: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Grant a request for a SHA-256 digest; refuse any other with badAlg (RFC 3161, 2.4.2)."""
        if request["message_imprint"]["hash_algorithm"]["algorithm"].native != DIGEST:
            return tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_alg"}}})
        content = self._state(request).dump()
        message = Message("tst_info", hashlib.sha256(content).digest(), content)
        token = cms.ContentInfo.load(sign_message(self._signer, message))
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})

    def _state(self, request: tsp.TimeStampReq) -> tsp.TSTInfo:
        moment = self._clock().astimezone(dt.UTC).replace(microsecond=0)
        name = asn1_x509.GeneralName("directory_name", self._signer.signing_cert.subject)
        state = {
            "version": "v1",
            "policy": oids.TIMESTAMP,
            "message_imprint": request["message_imprint"],
            "serial_number": secrets.randbits(127) | 1 << 126,  # unique without a counter, and always of one size
            "gen_time": moment,
            "accuracy": {"seconds": 1},
            "tsa": name,
        }
        if request["nonce"].native is not None:
            state["nonce"] = request["nonce"]
        return tsp.TSTInfo(state)


class OutsideTimeAuthority(TimeAuthority):
    """Stamp by a service that speaks RFC 3161 over HTTP (clause 3.4)."""

    def __init__(self, url: str, timeout_s: float = 10) -> None:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"a timestamp authority's address starts with https:// or http://, not {url!r}")
        super().__init__()
        self._url = url
        self._timeout_s = timeout_s

    def answer(self, request: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask the service; its HTTP errors, silence and oversized answers are OSErrors."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        call = urllib.request.Request(self._url, data=request.dump(), headers=headers)  # noqa: S310 - scheme checked above
        with urllib.request.urlopen(call, timeout=self._timeout_s) as reply:  # noqa: S310 - scheme checked above
            answer = reply.read(_LARGEST_ANSWER + 1)
        if len(answer) > _LARGEST_ANSWER:
            raise TimestampRequestError(f"answer of more than {_LARGEST_ANSWER} bytes")
        return tsp.TimeStampResp.load(answer, strict=True)
