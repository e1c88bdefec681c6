"""A mail server on this machine: takes mails one after another, in the open, under TLS or after STARTTLS."""

import base64
import datetime as dt
import socket
import ssl
import tempfile
import threading
from functools import cache
from io import BufferedRWPair
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from forms_service.domain.people import Security

PASSWORD = "a mail password"


@cache
def certificate() -> tuple[str, str]:
    """Make a certificate for `localhost` that signs itself, with its key, both in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + dt.timedelta(days=9))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return signed.public_bytes(Encoding.PEM).decode(), private.decode()


class MailServer:
    """The server; `mails` are what it took, `logins` what it was told to log in with."""

    def __init__(self, security: Security = "none", *, refuses: bool = False) -> None:
        self.security, self.refuses = security, refuses
        self.mails: list[bytes] = []
        self.logins: list[str] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            self.stopping = True
            last.close()
        self.thread.join()
        self.socket.close()

    stopping = False

    def trusting(self) -> ssl.SSLContext:
        """Give what trusts this server's certificate."""
        return ssl.create_default_context(cadata=certificate()[0])

    def _serve(self) -> None:
        while not self.stopping:
            connection, _ = self.socket.accept()
            try:
                self._greet(connection)
            except OSError:
                connection.close()  # the other side would have none of it

    def _greet(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        if self.security == "tls":
            connection = _under_tls(connection)
        with connection.makefile("rwb") as talk:
            _say(talk, b"220 here")
            done = self._talk(talk, encrypted=self.security == "tls")
        if not done:
            connection = _under_tls(connection)
            with connection.makefile("rwb") as talk:
                self._talk(talk, encrypted=True)
        connection.close()

    def _talk(self, talk: BufferedRWPair, *, encrypted: bool) -> bool:
        """Answer until the end; False when the other side asks to go on under TLS."""
        for line in talk:
            word = line.strip().upper()
            if word == b"STARTTLS" and self.security == "starttls":
                _say(talk, b"220 go on")
                return False
            if word.startswith(b"QUIT"):
                _say(talk, b"221 bye")
                return True
            self._answer(talk, line, word, encrypted=encrypted)
        return True

    def _answer(self, talk: BufferedRWPair, line: bytes, word: bytes, *, encrypted: bool) -> None:
        if word.startswith(b"EHLO"):
            offered = b"AUTH PLAIN" if encrypted else b"STARTTLS" if self.security == "starttls" else b"HELP"
            _say(talk, b"250-here\r\n250 " + offered)
        elif word.startswith(b"AUTH PLAIN"):
            self.logins.append(base64.b64decode(line.split()[2]).decode())
            _say(talk, b"235 fine" if self.logins[-1].endswith(f"\0{PASSWORD}") else b"535 no")
        elif word.startswith(b"DATA"):
            _say(talk, b"354 go on")
            self.mails.append(b"".join(iter(talk.readline, b".\r\n")))
            _say(talk, b"250 fine")
        else:
            _say(talk, b"550 nobody" if self.refuses and word.startswith(b"RCPT") else b"250 fine")


def _say(talk: BufferedRWPair, line: bytes) -> None:
    talk.write(line + b"\r\n")
    talk.flush()


def _under_tls(connection: socket.socket) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write("".join(certificate()))
        file.flush()
        context.load_cert_chain(Path(file.name))
    return context.wrap_socket(connection, server_side=True)
