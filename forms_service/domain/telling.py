"""Telling: what a form's sentences are made with: the firm, the forms beside it, and words for every name it reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms_service.domain.course import Together
from forms_service.domain.expression import Expression
from forms_service.domain.given import CASE_DUE, PERIOD
from forms_service.domain.outlines import Others
from forms_service.domain.people import Organisation
from forms_service.domain.spec import Field, FormSpec
from forms_service.domain.wording import Names, Words, alias_words, field_words, fill_braces, say

PARENT = "原单"


@dataclass(frozen=True, slots=True)
class Telling:
    """A form about to be told; `others` are the outlines of the forms that it may name."""

    spec: FormSpec
    org: Organisation
    others: Others
    words: Words

    def say(self, expression: Expression, row: tuple[Field, ...] = ()) -> str:
        """Say an expression of the form; `row` are the columns that it reads by their own names."""
        return say(expression, self.words, row)

    def fill(self, text: str) -> str:
        """Put words into the braces of a message."""
        return fill_braces(text, self.words)

    def label(self, field_id: str) -> str:
        """Return a field's label."""
        return self.spec.field(field_id).label.zh_hans

    def title(self, form: str) -> str:
        """Return a form's title as a manager writes it, 《客户抱怨处理表》; its id where the form is not known."""
        outline = self.others.get(form)
        title = self.spec.title.zh_hans if form == self.spec.form else form if outline is None else outline.title
        return f"《{title}》"

    def steps(self, step_ids: Iterable[str]) -> str:
        """Name steps, one or the other; the members of a 会签 together, as the group was named."""
        return "或".join(dict.fromkeys(self._step(step_id) for step_id in step_ids))

    def _step(self, step_id: str) -> str:
        step = self.spec.step(step_id)
        return f"「{step.name.rpartition('（')[0] if step.joint else step.name}」"


def telling(spec: FormSpec, org: Organisation, others: Others) -> Telling:
    """Gather the words for a form: its fields', its parent's, its accounting companions', and what it is given."""
    words = field_words(spec.fields)
    if spec.opens_from is not None:
        alias, titles = spec.opens_from.alias, {outline.form: outline.title for outline in others.values()}
        words = words.joined(alias_words(alias, PARENT, others.get(spec.opens_from.form)))
        words = words.joined(Words({}, {f"{alias}.form": titles}))
    for need in spec.posting.needs if spec.posting is not None else ():
        outline = others.get(need.form)
        whose = PARENT if need.relation == "parent" else need.form if outline is None else f"《{outline.title}》"
        words = words.joined(alias_words(need.alias, whose, outline))
    given = {PERIOD: "统计的月份", CASE_DUE: "整张单据的到期日"}
    if spec.together is not None:
        given[spec.together.name] = f"（{say_together(spec, spec.together)}）"
    return Telling(spec, org, others, words.joined(Words({**_setting_words(org), **given}, {})))


def _setting_words(org: Organisation) -> Names:
    """Give every policy's setting its words, with its value in the newest policy."""
    dated = sorted(org.policies, key=lambda policy: policy.effective)
    return {
        f"policy.{name}": f"《{policy.title}》的 {name}（现为 {text}）"
        for policy in dated
        for name, text in policy.settings
    }


def say_together(spec: FormSpec, together: Together) -> str:
    """Say which amounts count together with this document's."""
    same = "、".join(f"「{spec.field(field_id).label.zh_hans}」" for field_id in together.same)
    total = spec.field(together.total).label.zh_hans
    return f"{together.days} 天内{same}相同的其他单据「{total}」合计"
