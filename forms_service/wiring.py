"""Wiring: the one place that knows every concrete thing; from Settings to an Office."""

import atexit
import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forms_service.archive.archive import Archive
from forms_service.domain.errors import BadConfiguration
from forms_service.domain.people import Organisation
from forms_service.domain.registers import Register
from forms_service.domain.spec import FormSpec
from forms_service.durable import write_over
from forms_service.notices.mail import Mailer, RoutedMail
from forms_service.pdf.fonts import Fonts, load_fonts
from forms_service.settings import Settings
from forms_service.signing.apart import Judges
from forms_service.signing.authority import Authority
from forms_service.signing.keys import PinCost
from forms_service.signing.messages import Limits
from forms_service.signing.sessions import SigningSessions
from forms_service.signing.timestamps import OutsideTimeAuthority, TimeAuthority
from forms_service.signing.tokens import TokenKey, Tokens
from forms_service.signing.trust import load_trust
from forms_service.store.blobs import Blobs
from forms_service.store.database import Database
from forms_service.store.organisations import keep_file, load_organisation, policies_beside, read_files
from forms_service.store.registers import FOLDER, load_registers
from forms_service.workflow.office import Office, Renewal
from forms_service.workflow.printery import Printery
from forms_service.workflow.publishing import published_spec
from forms_service.workflow.rulebook import Rulebook, Shelf
from forms_service.workflow.seal_keys import SealToken, seal_by_token

_SECRET_BYTES = 32
_LEAST_JUDGES, _MOST_JUDGES = 2, 4
_FOR_THE_PUBLIC = Limits()
_FOR_THE_HOUSE = Limits(waiting=6, patience_s=30.0)
"""Our own work stands in line longer. However many wait in both lines, the web has threads left."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What comes from outside the program: the clock and randomness. Tests hand in fixed ones.

    `glance` reads the same clock for what is in force, many times a page; a test's clock does not move by it.
    """

    now: Callable[[], dt.datetime]
    token: Callable[[], str]
    code: Callable[[], str]
    glance: Callable[[], dt.datetime] | None = None


def real_surroundings() -> Surroundings:
    """Return the machine's clock and its randomness."""
    return Surroundings(
        now=lambda: dt.datetime.now(dt.UTC),
        token=lambda: secrets.token_urlsafe(18),
        code=lambda: f"{secrets.randbelow(1_000_000):06}",
    )


def open_office(settings: Settings, around: Surroundings | None = None) -> Office:
    """Open everything that the use-cases need, making on an empty machine what is missing.

    Raises BadConfiguration with every fault of the organisation's files while none of it is in force.
    """
    around = around or real_surroundings()
    settings.office_folder.mkdir(parents=True, exist_ok=True)
    fonts = load_fonts(settings.fonts)
    secret = _secret(settings)
    database = Database.open(settings.database_url)
    tokens = Tokens(settings.pkcs11_module, settings.seal_token)
    authority = _seal(_authority(settings, secret, around), database, tokens, settings, around)
    trust = load_trust(authority.trust_pem())
    rulebook = Rulebook(database, trust, _shelf(settings), around.glance or around.now)
    rulebook.organisation()
    write_over(anchor_file(settings), authority.trust_pem())
    return Office(
        rulebook=rulebook,
        base_url=settings.base_url,
        database=database,
        blobs=Blobs(settings.office_folder / "blobs"),
        archive=Archive(settings.data),
        mailer=_mailer(settings, rulebook, around),
        fonts=fonts,
        printery=_printery(database, rulebook, fonts),
        registers=_registers(settings),
        authority=authority,
        timestamper=_timestamper(settings, authority, around),
        anchor=trust,
        judges=_judges(settings.fonts, _FOR_THE_HOUSE),
        counter=_judges(settings.fonts, _FOR_THE_PUBLIC, each_alone=True),
        sessions=SigningSessions(),
        tokens=tokens,
        secret=secret,
        pin_cost=PinCost(memory_kib=settings.pin_memory_kib),
        now=around.now,
        token=around.token,
        code=around.code,
        renewal=Renewal(dt.timedelta(days=settings.renew_days), dt.timedelta(days=365 * settings.stamp_years)),
    )


def organisation_folder(settings: Settings) -> Path:
    """Name the folder of the firm's organisation."""
    return settings.specs / "organisations" / settings.organisation


def read_organisation(settings: Settings) -> Organisation:
    """Read the firm's folder as it stands, in force or not; raises BadConfiguration with every fault at its line."""
    org, problems = load_organisation(organisation_folder(settings))
    if org is None:
        raise BadConfiguration("\n".join(str(problem) for problem in problems))
    return org


def anchor_file(settings: Settings) -> Path:
    """Name the file of this machine's own firm's trust anchor; it is there once an office was opened."""
    return settings.office_folder / "trust.pem"


def has_office(settings: Settings) -> bool:
    """Say whether an office was ever opened here."""
    local = settings.database_url.removeprefix("sqlite:///")
    return local == settings.database_url or Path(local).exists()


def published_versions(settings: Settings) -> Mapping[tuple[str, int], str]:
    """Return the digest of every published form by id and version; none where no office was ever opened here."""
    if not has_office(settings):
        return {}
    with Database.open(settings.database_url) as database, database.read() as tx:
        return {(form.form, form.version): form.sha256 for form in tx.forms.all()}


def _authority(settings: Settings, secret: bytes, around: Surroundings) -> Authority:
    """Open the firm's authority; at first run it is made for the firm that the folder names."""
    folder = settings.office_folder / "authority"
    if folder.exists():
        return Authority.open(folder, secret)
    return Authority.open_or_create(folder, secret, read_organisation(settings).firm, around.now())


def _seal(
    authority: Authority, database: Database, tokens: Tokens, settings: Settings, around: Surroundings
) -> Authority:
    """Let the firm's key be the one on the token that the settings name, if they name one."""
    place = TokenKey(settings.seal_token, settings.seal_key)
    token = SealToken(place, settings.seal_pin) if settings.seal_token else None
    return seal_by_token(authority, database, tokens, token, around.now())


@cache
def _judges(fonts: Path, limits: Limits, *, each_alone: bool = False) -> Judges:
    """Keep a set of judging processes of a kind, however many offices are opened; they start with the first file."""
    at_once = min(_MOST_JUDGES, max(_LEAST_JUDGES, os.cpu_count() or 1))
    judges = Judges(fonts, at_once=at_once, limits=limits, each_alone=each_alone)
    atexit.register(judges.close)
    return judges


def _shelf(settings: Settings) -> Shelf:
    folder = organisation_folder(settings)
    beside = policies_beside(folder)
    return Shelf(
        lambda: read_files(folder, beside),
        folder.as_posix(),
        beside.as_posix(),
        lambda name, data: keep_file(folder, name, data),
    )


def _registers(settings: Settings) -> tuple[Register, ...]:
    registers, problems = load_registers(settings.specs / FOLDER)
    if problems:
        raise BadConfiguration("\n".join(str(problem) for problem in problems))
    return registers


def _printery(database: Database, rulebook: Rulebook, fonts: Fonts) -> Printery:
    def read_spec(sha256: str) -> FormSpec:
        return published_spec(database, rulebook.organisation_for_form(sha256), fonts, sha256)

    return Printery(lambda: rulebook.organisation().firm, fonts, read_spec)


def _secret(settings: Settings) -> bytes:
    """Return the server's secret, kept outside the database; one made at first run is written once, for us alone."""
    if settings.secret is not None:
        return _parse_secret(settings.secret)
    path = settings.office_folder / "secret"
    with contextlib.suppress(FileExistsError):
        _write_once(path, secrets.token_hex(_SECRET_BYTES))
    return _parse_secret(path.read_text().strip())


def _parse_secret(text: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError as error:
        raise BadConfiguration("服务器密钥 FORMS_SECRET 应为 64 位十六进制数字。") from error
    if len(secret) != _SECRET_BYTES:
        raise BadConfiguration(f"服务器密钥 FORMS_SECRET 有 {len(text)} 位，应为 64 位十六进制数字。")
    return secret


def _write_once(path: Path, text: str) -> None:
    """Write a file whole or not at all, and never over another: to a neighbour, synced, then linked into place."""
    neighbour = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(neighbour, path)
    finally:
        neighbour.unlink()


def _mailer(settings: Settings, rulebook: Rulebook, around: Surroundings) -> Mailer:
    folder = settings.office_folder / "mail"
    return RoutedMail(lambda: rulebook.organisation().mail, folder, around.now, settings.mail_password)


def _timestamper(settings: Settings, authority: Authority, around: Surroundings) -> TimeAuthority | None:
    if not settings.timestamps:
        return None
    if settings.tsa_url is not None:
        return OutsideTimeAuthority(settings.tsa_url)
    return authority.timestamper(around.now)
