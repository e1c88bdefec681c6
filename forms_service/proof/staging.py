"""Staging: the file's revisions told one after the other, with what each changed and where that stands on its pages."""

from collections.abc import Callable, Iterator, Sequence

from forms_service.proof import words
from forms_service.proof.pictures import Sight
from forms_service.proof.statement import ChangeRow, Leaf, Mark, Stage
from forms_service.signing.verdict import RevisionReport, Verdict

Named = Callable[[str], str]
_THOUSAND = 1000


def tell_stages(verdict: Verdict, chosen: Sequence[Sight], named: Named) -> tuple[Stage, ...]:
    """Tell every revision; `chosen` are the pages to be shown."""
    return tuple(_stage(verdict, revision, chosen, named) for revision in verdict.revisions)


def _stage(verdict: Verdict, revision: RevisionReport, chosen: Sequence[Sight], named: Named) -> Stage:
    title = _title(verdict, revision, named)
    return Stage(
        number=revision.number,
        title=title,
        length=revision.length,
        size=words.size(revision.length),
        sha256=revision.sha256,
        changes=tuple(
            ChangeRow(number, c.label, named(c.before), named(c.after), c.place.page if c.place else 0)
            for number, c in enumerate(revision.changed, 1)
        ),
        blanks=revision.blanks,
        leaves=tuple(_leaf(revision, sight, title) for sight in chosen if sight.revision == revision.number),
    )


def _leaf(revision: RevisionReport, sight: Sight, title: str) -> Leaf:
    tall = round(revision.pages[sight.page - 1] * _THOUSAND)
    told = f"第 {revision.number} 版（{title}）第 {sight.page} 页"
    return Leaf(sight.key, sight.page, tall, told, tuple(_marks(revision, sight, tall)), sight.struck)


def _title(verdict: Verdict, revision: RevisionReport, named: Named) -> str:
    signed = next((s for s in verdict.signatures if s.revision == revision.number), None)
    if signed is not None:
        part = words.PARTS.get(signed.step)
        return part or f"{named(signed.signer)}签章"
    if revision.adds:
        return words.ADDED[revision.adds]
    if revision.number > 1:
        return "没有签章的一次保存"
    return "空白表单" if verdict.record else "最初的文件"


def _marks(revision: RevisionReport, sight: Sight, tall: int) -> Iterator[Mark]:
    for number, change in enumerate(revision.changed, 1):
        at = change.place
        if at is not None and at.page == sight.page:
            across, down = (at.left, at.width), (at.top, at.height)
            left, width = (round(part * _THOUSAND, 1) for part in across)
            top, height = (round(part * tall, 1) for part in down)
            yield Mark(number, left, top, width, height, signed=change.name == revision.field)
