"""Signatures made outside: somebody else's certificate, another's witness, and what changes around them."""

import dataclasses

from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter

from forms_service.domain.record import OutsideSignature
from forms_service.domain.widgets import sign_name
from forms_service.pdf.read import open_writer
from forms_service.signing.expected import Expected
from tests.attacks.attack import Attack, Build, Family
from tests.attacks.siblings import SIGNED_OUTSIDE
from tests.elsewhere import BEGIN, YEARS, own_key, sign_with_pyhanko
from tests.signing.test_outside import (
    BOX,
    Change,
    Vouching,
    expected,
    handed_out,
    prepared,
    sealed,
    signed_outside,
    witness_of,
)
from tests.tampering import AT, OURS, PEOPLE, Desk, allowance, person, put


def _vouched(**other: object) -> Build:
    """Let the seal vouch for something else than was signed."""
    return lambda: sealed(signed_outside(), _change(other))


def _change(other: dict[str, object]) -> Change:
    def change(witness: OutsideSignature) -> OutsideSignature:
        return dataclasses.replace(witness, **other)  # type: ignore[arg-type]  # a test's own keywords

    return change


def _unknown_to_ledger() -> Expected:
    return dataclasses.replace(expected(signed_outside()), outside=())


def _with_our_key() -> bytes:
    """Let a certificate of the firm's sign in the box, without stating what for."""
    stated = PdfSignatureMetadata(field_name=BOX, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signer = PdfSigner(stated, person(PEOPLE["deputy_gm"], OURS))
    return bytes(signer.sign_pdf(open_writer(handed_out()), existing_fields_only=True).getvalue())


def _with_certificate_for_else() -> bytes:
    key = own_key(signs=False)
    signed = sign_with_pyhanko(handed_out(), BOX, key)
    desk = Vouching(outside=(witness_of(signed, key),))
    return desk.seal(desk.finish(signed, "gm"))


def _changed_later() -> bytes:
    """Let the next signer change what the signature made outside covers."""
    desk = Vouching(outside=(witness_of(signed_outside()),))
    later = desk.step(
        signed_outside(), "gm", lambda writer: put(writer, "opinion_02_deputy_gm", "/V", pdf_string("不同意"))
    )
    return desk.seal(desk.finish(later, "customer"))


def _filled_early() -> bytes:
    early = handed_out(lambda writer: put(writer, "opinion_03_gm", "/V", pdf_string("同意")))
    return sign_with_pyhanko(early, BOX, own_key())


def _in_the_next_box() -> bytes:
    """Sign in the box of the step that comes after."""
    return sign_with_pyhanko(handed_out(), sign_name(allowance(), allowance().step("gm")), own_key())


def _vouched_for_nothing() -> bytes:
    desk = Vouching(outside=(witness_of(signed_outside()),))
    return desk.seal(desk.finish(prepared(), "deputy_gm"))


def _vouched_by_nobody() -> bytes:
    return Desk().seal(Desk().finish(signed_outside(), "gm"))


def _attack(name: str, said: str, check: int, build: Build) -> Attack:
    return Attack(f"outside: {name}", said, check, build, SIGNED_OUTSIDE)


OUTSIDE = Family(
    "outside",
    "在公司之外签的章",
    (
        _attack("another certificate", "封印为之作证的是另一张证书", 11, _vouched(certificate="0" * 64)),
        _attack("other bytes", "封印为之作证的是另一份内容", 11, _vouched(head="0" * 64)),
        _attack("another step", "封印为之作证的是另一步", 11, _vouched(step="gm")),
        _attack("the maker", "封印说是经办自己核签", 11, _vouched(person="li_wen")),
        _attack("received on a day to come", "收到的时间还没有到", 13, _vouched(received_at=AT + YEARS / 500)),
        _attack(
            "received before the certificate began", "收到时证书还没有生效", 11, _vouched(received_at=BEGIN - YEARS)
        ),
        _attack("vouched for by nobody", "封印没有为外面的签章作证", 11, _vouched_by_nobody),
        _attack("vouched for, and not there", "封印为之作证的签章并不在文件里", 15, _vouched_for_nothing),
        _attack("our certificate, stating nothing", "用本公司的证书，却没有声明签的是什么", 11, _with_our_key),
        _attack("a certificate for something else", "证书的用途不是签章", 11, _with_certificate_for_else),
        _attack("changed by the next signer", "后一步改了外面签章盖住的意见", 8, _changed_later),
        _attack("a later step filled on the way", "交出去签的文件里，先替总经理填了意见", 8, _filled_early),
        _attack("in the next step's box", "签在下一步的格里", 8, _in_the_next_box),
        _attack("filled and never signed", "填好交出去，没有签就冒充", 3, handed_out),
        _attack(
            "filled twice", "填了两次才签", 3, lambda: sign_with_pyhanko(handed_out(base=handed_out()), BOX, own_key())
        ),
        Attack(
            "outside: a certificate that the ledger does not know",
            "台账没有为这张证书作证",
            11,
            signed_outside,
            SIGNED_OUTSIDE,
            _unknown_to_ledger,
        ),
    ),
)
