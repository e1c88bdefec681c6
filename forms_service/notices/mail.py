"""Mail: one plain notice to one person, and the two ways it goes out.

    mailer = MailFolder(Path("mail"), "forms@example.com", now)
    mailer.send(Mail("wang@example.com", "请签章：销货折让证明单 A2611001", body))

The folder is the demo's post office: each mail is one `.eml` file that any mail program opens. A mail that the server
did not take raises MailNotSent with the reason; whoever sends keeps it due, and the next sweep tries again.
"""

import datetime as dt
import hashlib
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from forms_service.domain.errors import FormsError
from forms_service.domain.people import MailRoute, Security
from forms_service.durable import make_folder, write_over

Clock = Callable[[], dt.datetime]

# A plain mailbox, as the organisation's data and a party's contacts hold them; no comments, quotes or routes.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_TIMEOUT_SECONDS = 20


class BadMail(FormsError):
    """Refuse a mail whose address or subject cannot stand in a header."""

    code = "bad_mail"


class MailNotSent(FormsError):
    """Say that the mail server did not take a mail; it may be sent again."""

    code = "mail_not_sent"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address. Raises BadMail for an address or subject that could carry another header.

    `at` is when it was written, if that is not when it goes out: sent again after a kill, it is seen to be one mail.
    """

    to: str
    subject: str
    body: str
    at: dt.datetime | None = None

    def __post_init__(self) -> None:
        require_address(self.to)
        if _CONTROL.search(self.subject) or not self.subject.strip():
            raise BadMail(f"邮件主旨应是一行文字，不能换行或留空：{self.subject!r}。")


class Mailer(Protocol):
    """A way for mail to go out."""

    def send(self, mail: Mail) -> None:
        """Send a mail, or raise MailNotSent; when it returns, the mail is in other hands or on disk."""


@dataclass(frozen=True, slots=True)
class MailFolder:
    """Mail as `.eml` files in a folder, the newest name last."""

    folder: Path
    sender: str
    now: Clock

    def send(self, mail: Mail) -> None:
        """Write a mail into the folder, whole or not at all."""
        at = mail.at or self.now()
        message = write_message(mail, self.sender, at)
        name = f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%fZ}-{_digest(mail, at)[:12]}.eml"
        make_folder(self.folder)
        write_over(self.folder / name, message.as_bytes(policy=SMTP))


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Mail through a server whose certificate is verified. A user name is only sent under TLS."""

    host: str
    port: int
    sender: str
    now: Clock
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    make_context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    timeout_s: float = _TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        if self.username and self.security == "none":
            raise ValueError("a mail password is not sent without TLS")

    def send(self, mail: Mail) -> None:
        """Hand a mail to the server; raises MailNotSent, never with the password."""
        message = write_message(mail, self.sender, mail.at or self.now())
        try:
            with self._connect() as server:
                if self.username:
                    server.login(self.username, self.password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            reason = _reason(error)
            raise MailNotSent(
                f"邮件服务器 {self.host}:{self.port} 没有收下给 {mail.to} 的邮件：{reason}。稍后会再寄。"
            ) from error

    def _connect(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=self.make_context())
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        if self.security == "starttls":
            try:
                server.starttls(context=self.make_context())
            except BaseException:
                server.close()
                raise
        return server


@dataclass(frozen=True, slots=True)
class RoutedMail:
    """Mail that goes the way the organisation in force says at the moment of sending: a server, or the folder."""

    route: Callable[[], MailRoute]
    folder: Path
    now: Clock
    password: str = field(default="", repr=False)

    def send(self, mail: Mail) -> None:
        """Send a mail by the present route; raises MailNotSent."""
        self._mailer(self.route()).send(mail)

    def _mailer(self, route: MailRoute) -> Mailer:
        if not route.host:
            return MailFolder(self.folder, route.sender, self.now)
        if route.user and not self.password:
            raise MailNotSent("mail.yaml 写了 user，环境变量 FORMS_MAIL_PASSWORD 却没有设，邮件先留着，稍后会再寄。")
        return SmtpMail(
            host=route.host,
            port=route.port,
            sender=route.sender,
            now=self.now,
            security=route.security,
            username=route.user,
            password=self.password,
        )


def require_address(address: str) -> str:
    """Accept a plain mailbox address `name@host`, or raise BadMail."""
    if not _ADDRESS.fullmatch(address) or ".." in address:
        raise BadMail(f"电子邮件地址 {address!r} 应如 name@example.com，请核对联系人资料。")
    return address


def write_message(mail: Mail, sender: str, at: dt.datetime) -> EmailMessage:
    """Write a mail as a message of plain UTF-8 text, dated `at` (aware)."""
    message = EmailMessage()
    message["From"] = _mailbox(sender)
    message["To"] = _mailbox(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{_digest(mail, at)}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    return message


def _reason(error: OSError | smtplib.SMTPException) -> str:
    """Say in the office's words why a server did not take a mail; never with what was sent to it."""
    for kind, words in _REASONS:
        if isinstance(error, kind):
            return words
    return "它中途断开或拒绝了"


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "它的证书不可信，名称或颁发机构不对"),
    (ssl.SSLError, "加密没有谈成，请核对 mail.yaml 的 port 与 security"),
    (smtplib.SMTPNotSupportedError, "它不支持 mail.yaml 写的加密或登录方式"),
    (smtplib.SMTPAuthenticationError, "它不认帐号或密码，请核对 mail.yaml 的 user 与 FORMS_MAIL_PASSWORD"),
    (smtplib.SMTPRecipientsRefused, "它不收这个收件人"),
    (smtplib.SMTPSenderRefused, "它不收这个寄件人，请核对 mail.yaml 的 sender"),
    (TimeoutError, "它没有在时限内回应"),
    (smtplib.SMTPServerDisconnected, "它断开了，或没有在时限内回应"),
    (ConnectionError, "连不上，请核对 mail.yaml 的 host 与 port"),
    (socket.gaierror, "没有这台主机，请核对 mail.yaml 的 host"),
)


def _mailbox(address: str) -> Address:
    return Address(addr_spec=require_address(address))


def _digest(mail: Mail, at: dt.datetime) -> str:
    """Name a mail by what it says and when, so that one sent twice is seen to be one."""
    said = f"{at.isoformat()}\0{mail.to}\0{mail.subject}\0{mail.body}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]
