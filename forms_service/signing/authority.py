"""The embedded certificate authority: for the demo and for firms that have none.

A root made at first run signs one issuing authority and is not used again; its key may be taken off the machine. The
issuing authority certifies people, contacts, the firm and the timestamp service. Keys lie encrypted under the server's
secret, in a folder that appears whole or not at all. Nothing is ever renewed here.
"""

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import Firm
from forms_service.signing import certificates
from forms_service.signing.certificates import Issuer
from forms_service.signing.signer import KeySigner, Signer, verifies
from forms_service.signing.strongbox import WrongSecret, lock_away, take_out
from forms_service.signing.timestamps import EmbeddedTimeAuthority

_PURPOSE = "forms authority: "
_ROOT_LIST = "root.crl"


@dataclass(frozen=True, slots=True)
class Authority:
    """A firm's authority, opened. Hold one a process: its keys are decrypted and loaded once."""

    root: x509.Certificate
    _issuing: Issuer = field(repr=False)
    _firm: Signer = field(repr=False)
    _timestamp: KeySigner = field(repr=False)
    _earlier: tuple[x509.Certificate, ...] = field(default=(), repr=False)
    root_list: bytes | None = None

    @classmethod
    def create(cls, folder: Path, secret: bytes, firm: Firm, at: dt.datetime) -> "Authority":
        """Make a firm's authority in a folder that does not yet exist; raises FileExistsError if it does.

        Of two processes that try at once, one succeeds. `secret` is at least 32 random bytes, kept elsewhere.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name, content in _make_files(secret, firm, at).items():
                _write(new / name, content)
            _sync(new)
            new.rename(folder)  # refuses a folder with content
        except OSError as error:
            if folder.exists():
                raise FileExistsError(f"{folder} exists") from error
            raise
        finally:
            shutil.rmtree(new, ignore_errors=True)
        _sync(folder.parent)
        return cls.open(folder, secret)

    @classmethod
    def open(cls, folder: Path, secret: bytes) -> "Authority":
        """Open an authority; the root's key is not touched. Raises BadConfiguration for a wrong file or secret."""
        try:
            root, issuing = (_read_certificate(folder, name) for name in ("root", "issuing"))
            chain = (issuing, root)
            return cls(
                root,
                Issuer(_read_key(folder, "issuing", secret), issuing),
                KeySigner(_read_key(folder, "firm", secret), _read_certificate(folder, "firm"), chain),
                KeySigner(_read_key(folder, "timestamp", secret), _read_certificate(folder, "timestamp"), chain),
                root_list=_read_root_list(folder),
            )
        except WrongSecret as error:
            raise BadConfiguration(
                f"签章证书文件夹「{folder}」打不开：其中的密钥不是用现在的服务器密钥（secret）加密的，或文件已被改动。"
                "请放回原来的服务器密钥，或从备份恢复该文件夹。"
            ) from error
        except (OSError, ValueError) as error:
            raise BadConfiguration(f"签章证书文件夹「{folder}」不完整：{error}。请从备份恢复该文件夹。") from error

    @classmethod
    def open_or_create(cls, folder: Path, secret: bytes, firm: Firm, at: dt.datetime) -> "Authority":
        """Open the authority in a folder, or make it at first run; two processes at once get the same one."""
        if not folder.exists():
            try:
                return cls.create(folder, secret, firm, at)
            except FileExistsError:
                pass  # another process was first
        return cls.open(folder, secret)

    def trust_pem(self) -> bytes:
        """Give the anchor, the root's certificate, for those who verify."""
        return self.root.public_bytes(Encoding.PEM)

    def chain(self) -> tuple[x509.Certificate, ...]:
        """List the certificates above every signer's, the root last."""
        return (self._issuing.certificate, self.root)

    def certify_person(
        self, person_id: str, name: str, public_key: ec.EllipticCurvePublicKey, at: dt.datetime, department: str = ""
    ) -> x509.Certificate:
        """Certify a member of staff's key for three years."""
        subject = certificates.person_name(person_id, name, department, self._organisation)
        return self._issuing.issue(certificates.PERSON, subject, public_key, at)

    def certify_contact(
        self,
        *,
        party_name: str,
        contact_name: str,
        email: str,
        identified_by: str,
        public_key: ec.EllipticCurvePublicKey,
        at: dt.datetime,
    ) -> x509.Certificate:
        """Certify a party's contact's one-time key, to sign within the hour.

        `identified_by` says in words how the contact proved who they are; the address is written beside it, masked.
        """
        subject = certificates.contact_name(contact_name, party_name, f"{identified_by} {_mask(email)}")
        return self._issuing.issue(certificates.CONTACT, subject, public_key, at)

    def certify_firm(self, public_key: ec.EllipticCurvePublicKey, at: dt.datetime) -> x509.Certificate:
        """Certify another key of the firm's own, under the firm's name."""
        return self._issuing.issue(certificates.FIRM, self._firm.certificate.subject, public_key, at)

    def sealed_by(self, signer: Signer | None, earlier: tuple[x509.Certificate, ...]) -> "Authority":
        """Let another signer, if given, be the firm's; `earlier` are certificates of keys that were it before."""
        return replace(self, _firm=signer or self._firm, _earlier=(*earlier, self._firm.certificate))

    def signed_by_firm(self, data: bytes, signature: bytes) -> bool:
        """Say whether a signature over data was made with a key that is or was the firm's."""
        return any(verifies(known, data, signature) for known in (self._firm.certificate, *self._earlier))

    def firm_signer(self) -> Signer:
        """Give the firm's own signer, which certifies issued documents and seals copies."""
        return self._firm

    def timestamper(self, clock: Callable[[], dt.datetime]) -> EmbeddedTimeAuthority:
        """Give the embedded timestamp authority, running by a clock."""
        return EmbeddedTimeAuthority(self._timestamp, clock)

    def crl(self, at: dt.datetime, revoked: Mapping[int, dt.datetime]) -> bytes:
        """Sign the list of revoked certificates (serial number to moment), in DER."""
        return self._issuing.revocations(dict(revoked), at).public_bytes(Encoding.DER)

    @property
    def timestamp_certificate(self) -> x509.Certificate:
        """The certificate of the embedded timestamp authority."""
        return self._timestamp.certificate

    def answer(self, about: x509.Certificate, at: dt.datetime, since: dt.datetime | None = None) -> bytes:
        """Sign an answer on how one certificate stands, revoked `since` a moment or not at all, in DER."""
        return self._issuing.answer(about, at, since).public_bytes(Encoding.DER)

    @property
    def _organisation(self) -> str:
        return certificates.organisation(self.root)


def _make_files(secret: bytes, firm: Firm, at: dt.datetime) -> dict[str, bytes]:
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("root", "issuing", "firm", "timestamp")}
    root = Issuer(keys["root"], certificates.make_root(firm, keys["root"], at))
    issuing_name = certificates.authority_name("单据签章颁发证书", firm.name)
    issuing = Issuer(keys["issuing"], root.issue(certificates.ISSUING, issuing_name, keys["issuing"].public_key(), at))
    own = {
        "firm": (certificates.FIRM, certificates.firm_name(firm)),
        "timestamp": (certificates.TIMESTAMP, certificates.authority_name("单据时间戳", firm.name)),
    }
    issued = {
        "root": root.certificate,
        "issuing": issuing.certificate,
        **{name: issuing.issue(*of, keys[name].public_key(), at) for name, of in own.items()},
    }
    return {
        **{f"{name}.pem": certificate.public_bytes(Encoding.PEM) for name, certificate in issued.items()},
        _ROOT_LIST: root.no_revocations(at).public_bytes(Encoding.PEM),
        **{f"{name}.key": lock_away(_dump(key), secret, _PURPOSE + name) for name, key in keys.items()},
    }


def _dump(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _read_certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def _read_root_list(folder: Path) -> bytes | None:
    """Read the root's own list; an authority made by an older program has none."""
    path = folder / _ROOT_LIST
    return x509.load_pem_x509_crl(path.read_bytes()).public_bytes(Encoding.DER) if path.is_file() else None


def _read_key(folder: Path, name: str, secret: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(take_out((folder / f"{name}.key").read_bytes(), secret, _PURPOSE + name), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{name}.key holds no elliptic-curve key")  # noqa: TRY004 - the file is wrong, not the program
    return key


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mask(email: str) -> str:
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"
