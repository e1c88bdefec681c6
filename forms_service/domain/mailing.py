"""The way mail goes out: read from `mail.yaml`; without that file mail is written into a folder, as the demo does.

sender: forms@example.com
host: mail.example.com
port: 587
security: starttls
user: forms
"""

import re

from forms_service.domain.entries import Entries, read_entries
from forms_service.domain.faults import Faults
from forms_service.domain.literals import EMAIL, read_shaped
from forms_service.domain.node import Node
from forms_service.domain.people import MailRoute, Security

KEYS = ("sender", "host", "port", "security", "user")
SECURITIES: tuple[Security, ...] = ("starttls", "tls", "none")
LARGEST_PORT = 65535

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def parse_mail(node: Node | None, faults: Faults) -> MailRoute:
    """Read how mail goes out; no file is the folder."""
    entries = None if node is None else read_entries(node, faults, KEYS)
    if entries is None:
        return MailRoute()
    written = entries.scalar("sender", required=True)
    sender = read_shaped("sender", written, EMAIL, "forms@example.com", faults) or ""
    if not entries.has("host"):
        for key in ("port", "security", "user"):
            entries.refuse_key(key, "no_host", "没有写 host，邮件写进文件夹，这一项用不上。", "there is no host")
        return MailRoute(sender=sender)
    route = MailRoute(
        sender=sender,
        host=read_shaped("host", entries.scalar("host"), _HOST, "mail.example.com", faults) or "",
        port=_port(entries),
        security=entries.word("security", SECURITIES) or "starttls",
        user=entries.text("user") or "",
    )
    if route.security == "none":
        entries.refuse_key("user", "open_password", "没有加密(security: none)就不能登录，密码会外泄。", "needs TLS")
    return route


def _port(entries: Entries) -> int:
    port = entries.whole("port", required=True, least=1) or 1
    if port > LARGEST_PORT:
        entries.refuse_key("port", "bad_port", f"端口最大 {LARGEST_PORT}。", f"a port is at most {LARGEST_PORT}")
    return port
