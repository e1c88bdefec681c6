"""Outlines: what a form is before its expressions are read, so that forms can name each other's fields in any order.

>>> others = {outline.form: outline for outline in map(outline_form, nodes) if outline is not None}
>>> others["customer-complaint"].title
'客户抱怨处理表'
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import get_args

from forms_service.domain.node import Mapping as MappingNode
from forms_service.domain.node import Node, Scalar, Sequence
from forms_service.domain.spec import FieldKind

ANY = "any"
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)

_VERSION = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Outline:
    """What a field is, before its own expressions are read: enough to judge the expressions of others.

    The kind is None where the type cannot be read: what reads such a field is not judged. `options` and `option_labels`
    stand in one order.
    """

    id: str
    kind: FieldKind | None
    options: tuple[str, ...] = ()
    columns: tuple["Outline", ...] = ()
    label: str = ""
    option_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormOutline:
    """What other forms may know of a form: its title, its fields, and from which form it is opened.

    `parent` is a form id, `any`, or "" for a form that is opened from none; an `optional` one may be, and need not.
    """

    form: str
    version: int
    title: str
    fields: tuple[Outline, ...]
    parent: str = ""
    optional: bool = False

    def accepts(self, form: str) -> bool:
        """Say whether the form may be opened from a document of another."""
        return self.parent in (ANY, form)


Others = Mapping[str, FormOutline]
NO_OTHERS: Others = MappingProxyType({})


def outline_form(node: Node) -> FormOutline | None:
    """Outline a form without noting faults; None for what does not say which form it is."""
    form = _text(_under(node, "form"))
    if not form:
        return None
    version = _text(_under(node, "version"))
    opens = _under(node, "opens_from")
    return FormOutline(
        form=form,
        version=int(version) if _VERSION.fullmatch(version) else 0,
        title=_label(_under(node, "title")),
        fields=outline_fields(_under(node, "fields")),
        parent=_text(_under(opens, "form")),
        optional=_text(_under(opens, "optional")) == "yes",
    )


def newest(outlines: Iterable[FormOutline]) -> Others:
    """Keep the outline of each form's newest version, by form id."""
    found: dict[str, FormOutline] = {}
    for outline in outlines:
        if outline.form not in found or found[outline.form].version <= outline.version:
            found[outline.form] = outline
    return found


def published_together(versions: Iterable[FormOutline]) -> Others:
    """Join the published versions of each form: its newest outline with every field and option that an older one had.

    A form once published stays readable, whatever later versions of the forms that it names have dropped.
    """
    found: dict[str, FormOutline] = {}
    for outline in sorted(versions, key=lambda outline: outline.version):
        older = found.get(outline.form)
        found[outline.form] = outline if older is None else replace(outline, fields=_joined(outline, older))
    return found


def _joined(newer: FormOutline, older: FormOutline) -> tuple[Outline, ...]:
    kept = {field.id: field for field in older.fields}
    fields = [_with_options(field, kept[field.id]) if field.id in kept else field for field in newer.fields]
    dropped = kept.keys() - {field.id for field in newer.fields}
    return (*fields, *(field for field in older.fields if field.id in dropped))


def _with_options(newer: Outline, older: Outline) -> Outline:
    more = [pair for pair in zip(older.options, older.option_labels, strict=True) if pair[0] not in newer.options]
    options = (*newer.options, *(option for option, _ in more))
    return replace(newer, options=options, option_labels=(*newer.option_labels, *(label for _, label in more)))


def named_forms(node: Node) -> frozenset[str]:
    """Name the forms that a form's text speaks of, itself among them: what must be outlined to read it."""
    opens, late, posting = (_under(node, key) for key in ("opens_from", "late", "posting"))
    follows = _under(node, "follow_on")
    needs = _under(posting, "needs")
    found = [_under(node, "form"), _under(opens, "form"), _under(late, "slip")]
    for item in follows.items if isinstance(follows, Sequence) else ():
        found += [_under(item, "open"), _under(item, "offer")]
    for _, need in needs if isinstance(needs, MappingNode) else ():
        found.append(_under(need, "form"))
    return frozenset(filter(None, map(_text, found)))


def outline_fields(node: Node | None) -> tuple[Outline, ...]:
    """Outline the fields without noting faults."""
    pairs = node.pairs if isinstance(node, MappingNode) else ()
    return tuple(_outline(key.text, value) for key, value in pairs)


def each_name(outlines: tuple[Outline, ...]) -> Iterator[tuple[str, Outline, bool]]:
    """Yield every field and every column with the whole name that expressions read it by; columns say so."""
    for outline in outlines:
        yield outline.id, outline, False
        for column in outline.columns:
            yield f"{outline.id}.{column.id}", column, True


def _outline(field_id: str, node: Node) -> Outline:
    if not isinstance(node, MappingNode):
        return Outline(field_id, None)
    kind = _kind_of(node.get("type"))
    options = node.get("options")
    pairs = options.pairs if isinstance(options, MappingNode) and kind == "choice" else ()
    return Outline(
        field_id,
        kind,
        tuple(key.text for key, _ in pairs),
        outline_fields(node.get("columns")) if kind == "table" else (),
        _label(node.get("label")),
        tuple(_label(value) for _, value in pairs),
    )


def _kind_of(node: Node | None) -> FieldKind | None:
    return next((kind for kind in FIELD_KINDS if kind == _text(node)), None)


def _under(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, MappingNode) else None


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _label(node: Node | None) -> str:
    return _text(_under(node, "zh-Hans")) or _text(node)
