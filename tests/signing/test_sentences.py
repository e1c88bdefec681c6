"""What a verdict says of a file that is not ours: what was found, what speaks against believing it, and what to do."""

import datetime as dt

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import SimpleSigner

from tests.signing import foreign, inside, others
from tests.signing.letters import judge, left_open
from tests.signing.others import house_trust, letter, saved, sign, writer_of_letters, writer_until
from tests.tampering import AT

WORDS = b"BT /F1 12 Tf 72 700 Td (A LETTER BY HAND) Tj ET"
YEAR = dt.timedelta(days=365)


@pytest.mark.parametrize(
    ("signer", "says"),
    [
        (writer_until(AT - YEAR), "已经到期"),
        (writer_until(AT + 3 * YEAR, since=AT + YEAR), "还没有生效"),
        (writer_of_letters("p256", ExtendedKeyUsageOID.SERVER_AUTH), "用途不是签署文件"),
        (others.self_made_writer(), "签名对不上"),
        (others.writer_by_a_writer(), "不准签发证书"),
    ],
    ids=["ended", "not begun", "for servers", "self-made", "by a leaf"],
)
def test_review_says_first_why_nobody_vouches_for_the_signer(signer: SimpleSigner, says: str) -> None:
    verdict = judge(sign(letter(), signer=signer), house_trust())
    assert verdict.verdict == "review"
    assert any(says in words for words in verdict.not_checked_here)
    assert not any("could not be" in words for words in verdict.not_checked_here)


def test_review_of_a_stranger_says_that_the_issuer_is_unknown() -> None:
    verdict = judge(sign(letter()))
    assert verdict.verdict == "review"
    assert "还没有人替签章人作保" in verdict.sentence
    assert "颁发机构不在信任名单里" in verdict.sentence


def test_certificate_of_this_system_on_other_paper_is_said_to_count_there_only() -> None:
    assert "只在本系统的单据上作数" in judge(foreign.signed(foreign.page())).sentence


def test_review_says_first_which_check_is_open() -> None:
    verdict = judge(sign(letter(), hash_name="sha1"), house_trust())
    assert "第 12 项「签章本身完好」没有定论" in verdict.sentence
    assert "sha1" in verdict.sentence


def test_script_is_refused_with_what_to_do() -> None:
    verdict = judge(sign(saved(letter(), others.in_catalog("/OpenAction", others.a_script))), house_trust())
    assert [check.no for check in verdict.failed] == [5]
    assert "请向出具的人索取一份不带它的" in verdict.sentence


def test_box_without_a_name_is_called_that() -> None:
    nameless = inside.signed_inside(WORDS, writer_of_letters(), name=b"", when=b"")
    assert "「没有名字的栏位」没有写明签章时间" in left_open(nameless)[13]


def test_change_after_a_certification_that_forbids_all_is_said_to_be_that() -> None:
    verdict = judge(saved(sign(letter(), certify=MDPPerm.NO_CHANGES), others.filled("note", "as agreed")))
    assert verdict.verdict == "refused"
    assert "「Signature1」签的时候写明此后什么都不许再改" in verdict.checks[7].detail


def test_change_that_nobody_forbade_in_particular_is_not_laid_to_a_certification() -> None:
    verdict = judge(sign(saved(sign(letter(), certify=MDPPerm.FILL_FORMS), others.noted(others.ON_TEXT)), "Another"))
    assert verdict.verdict == "refused"
    assert "DocMDP 1" not in verdict.sentence


def test_words_that_one_program_alone_reads_are_shown() -> None:
    beside = inside.signed_inside(WORDS + b" BT /F1 12 Tf 72 -50 Td (QXZ) Tj ET", writer_of_letters())
    assert "pypdf 多读出「QXZ」" in left_open(beside)[6]
