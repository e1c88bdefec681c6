"""Elsewhere: how to check the same file with programs that are not ours, and what each should say.

Tried with OpenSSL 3.0, qpdf 11.3, Poppler 22.12, NSS 3.87 and pyHanko 0.38 (pyhanko-cli 0.6). What Acrobat shows is
told after its maker's manual.
"""

from collections.abc import Callable, Iterator

from forms_service.proof.statement import OtherWay
from forms_service.signing.verdict import Verdict

FILE = "文件.pdf"
_TO_NSS = (
    "mkdir nss",
    "certutil -N -d sql:nss --empty-password",
    'certutil -A -d sql:nss -n firm -t "CT,C,C" -i trust.pem',
)


def other_ways(verdict: Verdict, length: int) -> tuple[OtherWay, ...]:
    """List the ways, the simplest first. `length` is the file's, in bytes."""
    return (_digest(verdict, length), *_earlier(verdict), *(way(verdict) for way in _WAYS))


def _digest(verdict: Verdict, length: int) -> OtherWay:
    return OtherWay(
        "文件有没有变：SHA-256（任何电脑都有）",
        (f"openssl dgst -sha256 {FILE}", f"certutil -hashfile {FILE} SHA256", f"sha256sum {FILE}"),
        f"三条任选一条，第二条是 Windows 的。应得 {verdict.file_sha256}，一个字符也不差；文件应是 {length:,} 字节。",
    )


def _earlier(verdict: Verdict) -> Iterator[OtherWay]:
    signed = [revision for revision in verdict.revisions if revision.field]
    if len(signed) > 1:
        at = signed[-2]
        yield OtherWay(
            "某人签章时的文件：取开头的若干字节",
            (f"head -c {at.length} {FILE} > 当时.pdf", "openssl dgst -sha256 当时.pdf"),
            f"以第 {at.number} 版为例，应得 {at.sha256}；打开「当时.pdf」就是那时的样子。各版的字节数见各版说明。",
        )


def _anchor(verdict: Verdict) -> OtherWay:
    return OtherWay(
        "信任的根证书：trust.pem",
        ("openssl x509 -in trust.pem -noout -subject -fingerprint -sha256",),
        "从公司验证页的「trust.pem」取得，或由公司用 forms trust export 导出。请用电话或公函向公司核对这个指纹。"
        f"本次判定用的信任名单，摘要是 {verdict.trust_sha256}。",
    )


def _structure(verdict: Verdict) -> OtherWay:
    return OtherWay(
        "文件结构：qpdf",
        (f"qpdf --check {FILE}",),
        f"{_honest(verdict)}应说「No syntax or stream encoding errors found」。它只查结构，不查签章。",
    )


def _poppler(verdict: Verdict) -> OtherWay:
    return OtherWay(
        "逐个签章：Poppler 的 pdfsig",
        (*_TO_NSS, f"pdfsig -nssdir sql:nss {FILE}"),
        f"{_honest(verdict)}应列出 {len(verdict.signatures)} 个签章，每个都说「Signature is Valid.」与"
        f"「Certificate is Trusted.」{_stranger(verdict)}。{_stamps(verdict)}只有最后一个说「Total document signed」，"
        "前面的说「Not total document signed」，因为后面还要签。没有加入 trust.pem 时，证书一句是"
        "「Certificate issuer is unknown.」；"
        "pdfsig 要上网查撤销，查不到时是「Unknown issue with Certificate」，都不表示签章有错。"
        "改过的文件会说「Digest Mismatch.」，"
        "或没有一个说「Total document signed」。",
    )


def _pyhanko(verdict: Verdict) -> OtherWay:
    return OtherWay(
        "逐个签章及其后的改动：pyHanko",
        ("pip install pyhanko-cli", f"pyhanko sign validate --trust trust.pem --trust-replace {FILE}"),
        f"{_honest(verdict)}应列出 {len(verdict.signatures)} 行，每行是栏名、证书的 SHA-256、"
        f"「INTACT:TRUSTED」{_stranger(verdict)}；{_last(verdict)}"
        "证书的 SHA-256 应与各签章所列的相同。改过的文件会说「INVALID」或「ILLEGAL_MODIFICATIONS」。",
    )


def _acrobat(verdict: Verdict) -> OtherWay:
    return OtherWay(
        "用 Adobe Acrobat Reader 看",
        (
            "编辑 → 首选项 → 签名 → 身份与可信任证书 → 更多 → 可信任证书 → 导入 trust.pem，勾选「用作可信任的根」",
            f"打开 {FILE}，展开左边的「签名」面板",
        ),
        f"{_honest(verdict)}应列出 {len(verdict.signatures)} 个签名，每个都有效{_stranger(verdict)}；"
        "点「查看已签名的版本」可看到各人签章时的样子，应与各版的图相同。",
    )


def _honest(verdict: Verdict) -> str:
    return "这份文件不可采信，结果可能与此不同；换成没有改动的原件，" if verdict.verdict == "refused" else ""


def _stamped(verdict: Verdict) -> int:
    return sum(revision.adds == "timestamp" for revision in verdict.revisions)


def _stamps(verdict: Verdict) -> str:
    """Say what pdfsig makes of document timestamps, which it does not check."""
    count = _stamped(verdict)
    return f"另列 {count} 个文件时间戳，pdfsig 不查，说「Signature has not yet been verified.」。" if count else ""


def _last(verdict: Verdict) -> str:
    if _stamped(verdict):
        return "每行以「ACCEPTABLE_MODIFICATIONS」结尾，最后一行另有「EXTENDED_WITH_LTA_UPDATES」。"
    return "最后一行以「UNTOUCHED」结尾，其余以「ACCEPTABLE_MODIFICATIONS」结尾。"


def _stranger(verdict: Verdict) -> str:
    return "（外来文件的颁发机构不在 trust.pem 里时不会这样说）" if verdict.record is None else ""


_WAYS: tuple[Callable[[Verdict], OtherWay], ...] = (_anchor, _structure, _poppler, _pyhanko, _acrobat)
