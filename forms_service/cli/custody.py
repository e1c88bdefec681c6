"""The command about one person's keys and certificates: give, register, carry, lose, revoke. Secrets are asked."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from forms_service.cli.command import OK, PERSON, Argument, Command, ask_secret, existing_file, require_person
from forms_service.domain.people import Person
from forms_service.durable import write_over
from forms_service.settings import Settings
from forms_service.signing.tokens import TokenKey
from forms_service.wiring import open_office
from forms_service.workflow.carrying import bring, take_away
from forms_service.workflow.certifying import CHALLENGE_LIVES, end_certificate, make_challenge, register_certificate
from forms_service.workflow.keying import report_lost, set_pin, set_token
from forms_service.workflow.office import Office
from forms_service.workflow.revoking import revoke_certificates
from forms_service.workflow.signing_in import set_password

OFFICE = "office"


def key(args: argparse.Namespace, settings: Settings) -> int:
    """Do what the option says to a person's keys; without one, give them a password and a key under a PIN."""
    office = open_office(settings)
    person = require_person(office, args.person)
    chosen = next((name for name in _DOES if getattr(args, name) not in (None, False)), "")
    print(_DOES[chosen](office, person, args) if chosen else _give(office, person))
    return OK


def _give(office: Office, person: Person) -> str:
    password, pin = ask_secret(f"{person.name}的登录密码："), ask_secret(f"{person.name}的签章密码：")
    set_pin(office, person, pin, actor=OFFICE)
    set_password(office, person, password, actor=OFFICE)
    return f"{person.name}（{person.id}）可以登录和签章了。"


def _challenge(office: Office, person: Person, args: argparse.Namespace) -> str:
    write_over(args.challenge, make_challenge(office, person))
    minutes = int(CHALLENGE_LIVES.total_seconds() // 60)
    return f"{args.challenge}：请{person.name}在 {minutes} 分钟内用自己的证书签好，再用 --register 登记。"


def _register(office: Office, person: Person, args: argparse.Namespace) -> str:
    kept = register_certificate(office, person, args.register.read_bytes(), actor=OFFICE)
    return f"{kept.sha256} 登记在{person.name}名下了。"


def _end(office: Office, person: Person, args: argparse.Namespace) -> str:
    end_certificate(office, person, OFFICE, args.end)
    return f"{person.name}自己的证书已停用；停用以前签的照样有效。"


def _token(office: Office, person: Person, args: argparse.Namespace) -> str:
    place = TokenKey(args.token, args.token_key)
    set_token(office, person, place, ask_secret(f"令牌「{place.token}」的密码（PIN）："), actor=OFFICE)
    return f"{person.name}以后用令牌「{place.token}」里的密钥「{place.key}」签章。"


def _lost(office: Office, person: Person, _: argparse.Namespace) -> str:
    report_lost(office, person, OFFICE)
    return f"{person.name}的密钥从现在起作废；以前签的照样有效。请{person.name}重新设置签章密码。"


def _revoke(office: Office, person: Person, args: argparse.Namespace) -> str:
    count = revoke_certificates(office, person, args.revoke)
    return f"撤销了{person.name}的 {count} 张证书；以前签的照样有效。"


def _take_away(office: Office, person: Person, args: argparse.Namespace) -> str:
    pin, passphrase = ask_secret(f"{person.name}的签章密码："), ask_secret("文件密码（至少十二位）：")
    write_over(args.export, take_away(office, person, pin, passphrase))
    return f"{args.export}：请像保管印章一样保管它。"


def _bring(office: Office, person: Person, args: argparse.Namespace) -> str:
    passphrase, pin = ask_secret("文件密码："), ask_secret(f"{person.name}新的签章密码：")
    bring(office, person, args.bring.read_bytes(), passphrase, pin, actor=OFFICE)
    return f"{person.name}以后用这把密钥签章，它的证书也登记好了。"


_DOES: Mapping[str, Callable[[Office, Person, argparse.Namespace], str]] = MappingProxyType(
    {
        "challenge": _challenge,
        "register": _register,
        "end": _end,
        "token": _token,
        "lost": _lost,
        "revoke": _revoke,
        "export": _take_away,
        "bring": _bring,
    }
)
_OPTIONS = (
    PERSON,
    Argument("--challenge", {"type": Path, "metavar": "OUT", "help": "写出登记书，让本人用自己的证书签"}),
    Argument("--register", {"type": existing_file, "metavar": "SIGNED", "help": "登记签好登记书的那张证书"}),
    Argument("--end", {"metavar": "REASON", "help": "停用本人登记的证书"}),
    Argument("--token", {"metavar": "LABEL", "help": "改用令牌里的密钥；驱动程序由 FORMS_PKCS11_MODULE 指定"}),
    Argument("--token-key", {"metavar": "LABEL", "default": "signing", "help": "令牌里密钥的名称，默认 signing"}),
    Argument("--lost", {"action": "store_true", "help": "报失：密钥作废，证书从现在起撤销"}),
    Argument("--revoke", {"metavar": "REASON", "help": "撤销这个人的全部证书，如离职"}),
    Argument("--export", {"type": Path, "metavar": "OUT", "help": "把密钥写成 .p12 文件；要签章密码"}),
    Argument("--import", {"type": existing_file, "metavar": "FILE", "dest": "bring", "help": "带来 .p12 里的密钥"}),
)
COMMANDS = (Command("key", "给一个人密钥，或登记、带走、报失、撤销", key, _OPTIONS),)
