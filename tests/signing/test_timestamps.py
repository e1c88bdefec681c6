import asyncio
import datetime as dt
import hashlib
import http.server
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from asn1crypto import cms, tsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from forms_service.signing import oids
from forms_service.signing.signer import to_asn1
from forms_service.signing.timestamps import EmbeddedTimeAuthority, NoTimestamp, OutsideTimeAuthority
from tests.signing.small_form import AT, authority, blank, sign

DIGEST = hashlib.sha256(b"what is stamped").digest()
Answer = Callable[[bytes], tuple[int, bytes]]


@pytest.fixture(scope="module")
def embedded() -> EmbeddedTimeAuthority:
    return authority().timestamper(lambda: AT)


def read_token(der: bytes) -> tsp.TSTInfo:
    return cms.ContentInfo.load(der)["content"]["encap_content_info"]["content"].parsed


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Service(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def honest(request: bytes) -> tuple[int, bytes]:
    response = authority().timestamper(lambda: AT).async_request_tsa_response(tsp.TimeStampReq.load(request))
    return 200, asyncio.run(response).dump()


def about_something_else(request: bytes) -> tuple[int, bytes]:
    changed = tsp.TimeStampReq.load(request)
    changed["message_imprint"]["hashed_message"] = bytes(32)
    return honest(changed.dump())


def with_another_nonce(request: bytes) -> tuple[int, bytes]:
    changed = tsp.TimeStampReq.load(request)
    changed["nonce"] = 7
    return honest(changed.dump())


def refusing(_: bytes) -> tuple[int, bytes]:
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_alg"}}).dump()
    return 200, bytes([0x30, len(status)]) + status


def test_stock_pyhanko_stamps_and_trusts_a_document_with_it(embedded: EmbeddedTimeAuthority) -> None:
    trust = ValidationContext(trust_roots=[to_asn1(authority().root)], moment=AT)
    writer = IncrementalPdfFileWriter(io.BytesIO(blank()))
    stamped = asyncio.run(PdfTimeStamper(embedded).async_timestamp_pdf(writer, "sha256"))
    (found,) = PdfFileReader(stamped).embedded_timestamp_signatures
    state = validate_pdf_timestamp(found, trust)
    assert state.trusted
    assert state.timestamp == AT


def test_token_states_the_digest_the_clock_and_the_policy(embedded: EmbeddedTimeAuthority) -> None:
    token = read_token(embedded.stamp(DIGEST))
    assert token["message_imprint"]["hashed_message"].native == DIGEST
    assert token["gen_time"].native == AT
    assert token["policy"].dotted == oids.TIMESTAMP


def test_clock_of_another_zone_is_written_in_utc() -> None:
    taipei = AT.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert read_token(authority().timestamper(lambda: taipei).stamp(DIGEST))["gen_time"].native == AT


def test_serial_numbers_never_repeat(embedded: EmbeddedTimeAuthority) -> None:
    serials = {read_token(embedded.stamp(DIGEST))["serial_number"].native for _ in range(50)}
    assert len(serials) == 50
    assert {serial.bit_length() for serial in serials} == {127}


def test_token_fits_its_reckoned_size(embedded: EmbeddedTimeAuthority) -> None:
    sizes = {len(embedded.stamp(DIGEST)) for _ in range(50)}
    assert max(sizes) <= embedded.token_size <= min(sizes) + 16


def test_nonce_of_a_request_comes_back(embedded: EmbeddedTimeAuthority) -> None:
    request = embedded.request_cms(DIGEST, "sha256")[1]  # type: ignore[no-untyped-call]  # pyHanko left it untyped
    response = asyncio.run(embedded.async_request_tsa_response(request))
    assert read_token(response["time_stamp_token"].dump())["nonce"].native == request["nonce"].native


def test_digest_of_another_kind_is_refused(embedded: EmbeddedTimeAuthority) -> None:
    with pytest.raises(TimestampRequestError, match="bad_alg"):
        asyncio.run(embedded.async_timestamp(bytes(64), "sha512"))


def test_outside_service_stamps_a_signature() -> None:
    with serving(honest) as url:
        signed = sign(blank(), "sign_00_issue", authority().firm_signer(), timestamper=OutsideTimeAuthority(url))
    info = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures[0].signer_info
    assert [each["type"].native for each in info["unsigned_attrs"]] == ["signature_time_stamp_token"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (about_something_else, "不是这次签章"),
        (with_another_nonce, "不是这次签章"),
        (refusing, "拒绝"),
        (lambda _: (503, b""), "503"),
        (lambda _: (200, b"<html>"), "没有取得时间戳"),
        (lambda _: (200, b""), "没有取得时间戳"),
        (lambda _: (200, bytes(70_000)), "65536"),
    ],
)
def test_wrong_answer_is_no_timestamp(answer: Answer, said: str) -> None:
    with serving(answer) as url, pytest.raises(NoTimestamp, match=said):
        OutsideTimeAuthority(url).stamp(DIGEST)


def test_unreachable_service_is_no_timestamp() -> None:
    with pytest.raises(NoTimestamp, match="稍后再签"):
        OutsideTimeAuthority("http://127.0.0.1:9/", timeout_s=1).stamp(DIGEST)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.com/", "tsa.example.com"])
def test_service_must_be_on_the_web(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        OutsideTimeAuthority(url)
