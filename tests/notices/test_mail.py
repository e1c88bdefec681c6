import datetime as dt
import email
import socket
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from forms_service.notices.mail import BadMail, Mail, Mailer, MailFolder, MailNotSent, SmtpMail, require_address

AT = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
SENDER = "forms@example.com"
MAIL = Mail("wang@example.com", "请签章：销货折让证明单 A2611001", "您好：\n\n请打开 https://example.com/s/…\n")


def now() -> dt.datetime:
    return AT


def _read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


class Server:
    """A mail server on this machine that takes one mail, or refuses every recipient."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.refuses = refuses
        self.heard = b""
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def close(self) -> None:
        self.thread.join()
        self.socket.close()

    def _serve(self) -> None:
        connection, _ = self.socket.accept()
        with connection, connection.makefile("rwb") as talk:
            self._say(talk, b"220 here")
            for line in map(bytes.upper, talk):
                if line.startswith(b"DATA"):
                    self._say(talk, b"354 go on")
                    self.heard = b"".join(iter(talk.readline, b".\r\n"))
                elif line.startswith(b"QUIT"):
                    self._say(talk, b"221 bye")
                    return
                refused = self.refuses and line.startswith(b"RCPT")
                self._say(talk, b"550 nobody" if refused else b"250 fine")

    @staticmethod
    def _say(talk: object, line: bytes) -> None:
        talk.write(line + b"\r\n")  # type: ignore[attr-defined]  # a socket's file has no common type
        talk.flush()  # type: ignore[attr-defined]


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def test_a_mail_is_one_file_that_a_mail_program_opens(tmp_path: Path) -> None:
    MailFolder(tmp_path / "mail", SENDER, now).send(MAIL)
    (path,) = (tmp_path / "mail").glob("*.eml")
    message = _read(path)
    assert (message["To"], message["From"], message["Subject"]) == (MAIL.to, SENDER, MAIL.subject)
    assert message.get_content().splitlines() == MAIL.body.splitlines()
    assert message["Date"].datetime == AT
    assert path.name.startswith("20261124T013000")


def test_two_mails_of_one_moment_are_two_files_and_one_mail_twice_is_one(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, SENDER, now)
    for mail in (MAIL, MAIL, Mail(MAIL.to, MAIL.subject, "别的内容")):
        folder.send(mail)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("subject", ["请签章\r\nBcc: all@example.com", "a\nb", "a\rb", "", "  ", "a\0b", "a\u2028b"])
def test_a_subject_that_could_carry_a_header_is_refused(subject: str) -> None:
    with pytest.raises(BadMail, match="一行文字"):
        Mail(MAIL.to, subject, "")


@pytest.mark.parametrize(
    "address",
    [
        "wang@example.com\nBcc: all@example.com",
        "wang@example.com, all@example.com",
        '"wang" <wang@example.com>',
        "wang",
        "wang@",
        "wang@a..b",
        "王@example.com",
        "wang@example.com ",
        "",
    ],
)
def test_an_address_that_is_not_one_plain_mailbox_is_refused(address: str) -> None:
    with pytest.raises(BadMail, match="name@example"):
        require_address(address)
    with pytest.raises(BadMail):
        Mail(address, "请签章", "")


def test_a_name_with_line_breaks_in_the_body_stays_in_the_body(tmp_path: Path) -> None:
    MailFolder(tmp_path, SENDER, now).send(Mail(MAIL.to, "请签章", "\nBcc: all@example.com\n\n.\n正文"))
    message = _read(next(tmp_path.iterdir()))
    assert message["Bcc"] is None
    assert "Bcc: all@example.com" in message.get_content()


def test_a_server_takes_the_same_message(server: Server) -> None:
    mailer: Mailer = SmtpMail("127.0.0.1", server.port, SENDER, now, security="none")
    mailer.send(MAIL)
    server.close()
    message = email.message_from_bytes(server.heard, policy=policy.default)
    assert message["Subject"] == MAIL.subject
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_refused_recipient_is_told() -> None:
    server = Server(refuses=True)
    with pytest.raises(MailNotSent, match="稍后会再寄"):
        SmtpMail("127.0.0.1", server.port, SENDER, now, security="none").send(MAIL)
    server.close()


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(MailNotSent):
        SmtpMail("127.0.0.1", port, SENDER, now, security="none").send(MAIL)


def test_a_password_is_not_shown_and_not_sent_in_the_open() -> None:
    mailer = SmtpMail("mail.example.com", 587, SENDER, now, username="forms", password="a secret")
    assert "a secret" not in repr(mailer)
    with pytest.raises(ValueError, match="without TLS"):
        SmtpMail("mail.example.com", 25, SENDER, now, security="none", username="forms", password="a secret")
