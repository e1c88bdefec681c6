"""Judging: bytes are looked at before they are stored; what cannot be verified is never kept."""

from collections.abc import Mapping

from forms_service.domain.errors import VerdictRefused
from forms_service.pdf.read import read_printed
from forms_service.signing.stock import StockOpinion, stock_opinions
from forms_service.workflow.office import Office


def judge_revision(
    office: Office, signed: bytes, base: bytes, field: str, fingerprint: str, printed: Mapping[str, str | bool]
) -> None:
    """Judge a new revision on a base that was judged before; raises VerdictRefused naming what does not hold.

    The base must be its exact prefix, the newest signature on the expected box by the expected certificate, every
    signature sound, every value the one submitted, and every other value unchanged.
    """
    if not signed.startswith(base):
        raise VerdictRefused("新的版本不是接着原来的文件写的，没有存档。请重试。")
    opinions = stock_opinions(signed, office.trust)
    _require_newest(opinions, field, fingerprint)
    for opinion in opinions:
        if not opinion.sound:
            raise VerdictRefused(f"签章「{opinion.field}」查验不通过({opinion.summary})，没有存档。请联系管理员。")
    if read_printed(signed) != {**read_printed(base), **printed}:
        raise VerdictRefused("文件里的内容与您填写的不一致，没有存档。请重试。")


def _require_newest(opinions: tuple[StockOpinion, ...], field: str, fingerprint: str) -> None:
    newest = opinions[-1] if opinions else None
    if newest is None or newest.field != field or newest.fingerprint != fingerprint:
        raise VerdictRefused("最后的签章不在这一步的签章栏，或不是您的证书，没有存档。请重试。")
