"""Settings: what the environment says, read once; the only reader of the environment.

Everything has a default that works on an empty machine, so that `make run` needs no configuration.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forms_service.domain.errors import BadConfiguration

DEFAULT_BASE_URL = "http://127.0.0.1:8080"
ROOT = Path(__file__).resolve().parent.parent
_PACKAGED_FONTS = Path(__file__).resolve().parent / "fonts"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept and how the service speaks to the outside.

    `data` holds the departments' archive folders and, in `_office`, the database, blobs, keys and mail.
    `secret` (hex) keeps keys sealed even to a reader of the database; without it one is made in `_office/secret`.
    A copy's timestamp is renewed `renew_days` before its certificate ends, and after `stamp_years` in any case, for
    algorithms age. `mail_password` is of the mail server's user that `mail.yaml` names. `pkcs11_module` speaks to
    tokens; where `seal_token` names one, the firm's own key is `seal_key` on it, opened with `seal_pin`.
    """

    data: Path
    specs: Path
    fonts: Path
    database_url: str
    base_url: str
    organisation: str
    secret: str | None = field(repr=False)
    tsa_url: str | None
    timestamps: bool
    pin_memory_kib: int
    renew_days: int = 365
    stamp_years: int = 10
    mail_password: str = field(default="", repr=False)
    pkcs11_module: str = ""
    seal_token: str = ""
    seal_key: str = ""
    seal_pin: str = field(default="", repr=False)

    @property
    def office_folder(self) -> Path:
        """The folder for what is not a department's: database, blobs, keys, mail."""
        return self.data / "_office"


def read_settings(env: Mapping[str, str] | None = None, data: Path | None = None) -> Settings:
    """Read the settings; `data` overrides FORMS_DATA. Raises BadConfiguration naming the variable."""
    env = os.environ if env is None else env
    folder = data or Path(env.get("FORMS_DATA", ROOT / "archive"))
    return Settings(
        data=folder,
        specs=Path(env.get("FORMS_SPECS", ROOT / "form_specs")),
        fonts=Path(env.get("FORMS_FONTS", _PACKAGED_FONTS if _PACKAGED_FONTS.is_dir() else ROOT / "fonts")),
        database_url=env.get("FORMS_DATABASE_URL", f"sqlite:///{folder / '_office' / 'forms.db'}"),
        base_url=env.get("FORMS_BASE_URL", DEFAULT_BASE_URL).rstrip("/"),
        organisation=env.get("FORMS_ORGANISATION", "demo"),
        secret=env.get("FORMS_SECRET"),
        tsa_url=env.get("FORMS_TSA_URL"),
        timestamps=env.get("FORMS_TIMESTAMPS", "on") != "off",
        pkcs11_module=env.get("FORMS_PKCS11_MODULE", ""),
        seal_token=env.get("FORMS_SEAL_TOKEN", ""),
        seal_key=env.get("FORMS_SEAL_KEY", "seal"),
        seal_pin=env.get("FORMS_SEAL_PIN", ""),
        mail_password=env.get("FORMS_MAIL_PASSWORD", ""),
        renew_days=_whole_number(env, "FORMS_RENEW_DAYS", 365, least=1),
        stamp_years=_whole_number(env, "FORMS_STAMP_YEARS", 10, least=1),
        pin_memory_kib=_whole_number(env, "FORMS_PIN_MEMORY_KIB", 65536),
    )


def _whole_number(env: Mapping[str, str], name: str, default: int, least: int = 8) -> int:
    text = env.get(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) < least:
        raise BadConfiguration(f"环境变量 {name} 是「{text}」，应为不小于 {least} 的整数。")
    return int(text)
