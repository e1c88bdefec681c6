"""Time tokens, read: what an authority stamped (RFC 3161), and when. Whom one comes from is not looked at here."""

import datetime as dt

from asn1crypto import tsp

from forms_service.signing.container import TST_INFO, Container, read_container, verify_container
from forms_service.signing.hashing import HASHES, OTHER_HASHES, digest_of
from forms_service.signing.shells import require_short_names
from forms_service.signing.unsound import Unsound


def read_timestamp(
    token: bytes, stamped: tuple[bytes | memoryview, ...], *, lenient: bool = False
) -> tuple[Container, dt.datetime]:
    """Read a token and check that it is about these bytes, in parts. Raises Unsound."""
    container = read_container(token)
    if container.content_type != TST_INFO or container.content is None:
        raise Unsound("时间戳不是时间戳：里面的内容类型不对")
    verify_container(container, digest_of(container.hash_name, container.content), strict=False, lenient=lenient)
    require_short_names(container.content)
    try:
        info = tsp.TSTInfo.load(container.content, strict=True)
        name = str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
        imprint = info["message_imprint"]["hashed_message"].native
        moment = info["gen_time"].native
    except (ValueError, TypeError, KeyError) as error:
        raise Unsound("时间戳读不出来") from error
    if not isinstance(moment, dt.datetime) or moment.tzinfo is None:
        raise Unsound("时间戳里写的不是一个时间，或没有时区")
    known = name in HASHES or (lenient and name in OTHER_HASHES)
    if not known or imprint != digest_of(name, *stamped):
        raise Unsound("时间戳盖的不是这个签章")
    return container, moment
