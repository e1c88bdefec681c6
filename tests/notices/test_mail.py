import datetime as dt
import email
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from forms_service.domain.people import MailRoute, Security
from forms_service.notices.mail import (
    BadMail,
    Mail,
    Mailer,
    MailFolder,
    MailNotSent,
    RoutedMail,
    SmtpMail,
    require_address,
)
from tests.notices.server import PASSWORD, MailServer

AT = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)
SENDER = "forms@example.com"
MAIL = Mail("wang@example.com", "请签章：销货折让证明单 A2611001", "您好：\n\n请打开 https://example.com/s/…\n")


def now() -> dt.datetime:
    return AT


def _read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def by_tls(server: MailServer, **more: object) -> SmtpMail:
    """Write a mailer to a server under TLS that trusts its certificate and knows its password."""
    given = {"username": "forms", "password": PASSWORD, "make_context": server.trusting, "security": server.security}
    return SmtpMail("localhost", server.port, SENDER, now, **{**given, **more})  # type: ignore[arg-type]  # a test's own


def test_a_mail_that_is_sent_again_as_it_was_written_is_still_one_file(tmp_path: Path) -> None:
    written = replace(MAIL, at=AT)
    for hours in (1, 2):
        MailFolder(tmp_path / "mail", SENDER, lambda late=hours: AT + dt.timedelta(hours=late)).send(written)  # type: ignore[misc]  # a default of its own
    (path,) = (tmp_path / "mail").glob("*.eml")
    assert _read(path)["Date"].datetime == AT


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


def test_a_server_takes_the_same_message(server: MailServer) -> None:
    mailer: Mailer = SmtpMail("127.0.0.1", server.port, SENDER, now, security="none")
    mailer.send(MAIL)
    (heard,) = server.mails
    message = email.message_from_bytes(heard, policy=policy.default)
    assert message["Subject"] == MAIL.subject
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_refused_recipient_is_told() -> None:
    with MailServer(refuses=True) as server, pytest.raises(MailNotSent, match="不收这个收件人。稍后会再寄"):
        SmtpMail("127.0.0.1", server.port, SENDER, now, security="none").send(MAIL)


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_under_tls_a_server_takes_the_password_and_the_mail(security: Security) -> None:
    with MailServer(security) as server:
        by_tls(server).send(MAIL)
        assert (len(server.mails), server.logins) == (1, [f"\0forms\0{PASSWORD}"])


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_with_a_certificate_nobody_trusts_hears_neither_password_nor_mail(security: Security) -> None:
    with MailServer(security) as server:
        with pytest.raises(MailNotSent, match="证书不可信"):
            by_tls(server, make_context=ssl.create_default_context).send(MAIL)
        assert (server.mails, server.logins) == ([], [])


def test_a_server_under_another_name_than_its_certificates_is_refused() -> None:
    with MailServer("tls") as server, pytest.raises(MailNotSent, match="证书不可信"):
        replace(by_tls(server), host="127.0.0.1").send(MAIL)


def test_a_server_without_the_encryption_that_was_asked_for_hears_no_password(server: MailServer) -> None:
    with pytest.raises(MailNotSent, match="不支持"):
        by_tls(server, security="starttls").send(MAIL)
    assert (server.mails, server.logins) == ([], [])


def test_a_wrong_password_is_named_and_not_shown() -> None:
    with MailServer("tls") as server, pytest.raises(MailNotSent, match="FORMS_MAIL_PASSWORD") as refused:
        by_tls(server, password="another secret").send(MAIL)
    assert "another secret" not in str(refused.value)


def test_a_server_that_says_nothing_is_left_after_a_while() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailNotSent, match="没有在时限内回应"):
        SmtpMail("127.0.0.1", silent.getsockname()[1], SENDER, now, security="none", timeout_s=0.1).send(MAIL)


def test_mail_goes_the_way_that_is_in_force_when_it_is_sent(tmp_path: Path, server: MailServer) -> None:
    routes = [MailRoute("one@example.com"), MailRoute("two@example.com", "127.0.0.1", server.port, "none")]
    mailer = RoutedMail(lambda: routes.pop(0), tmp_path, now)
    mailer.send(MAIL)
    mailer.send(MAIL)
    (filed,) = tmp_path.glob("*.eml")
    assert (_read(filed)["From"], len(server.mails)) == ("one@example.com", 1)


def test_a_user_without_a_password_in_the_environment_is_told(tmp_path: Path) -> None:
    route = MailRoute(SENDER, "mail.example.com", 587, "starttls", "forms")
    with pytest.raises(MailNotSent, match="FORMS_MAIL_PASSWORD"):
        RoutedMail(lambda: route, tmp_path, now).send(MAIL)


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(MailNotSent, match="连不上"):
        SmtpMail("127.0.0.1", port, SENDER, now, security="none").send(MAIL)


def test_a_password_is_not_shown_and_not_sent_in_the_open() -> None:
    mailer = SmtpMail("mail.example.com", 587, SENDER, now, username="forms", password="a secret")
    assert "a secret" not in repr(mailer)
    with pytest.raises(ValueError, match="without TLS"):
        SmtpMail("mail.example.com", 25, SENDER, now, security="none", username="forms", password="a secret")
