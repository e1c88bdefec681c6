"""A page as a reader's program sees it: its title, headings, labels, forms and ids, read with the standard library."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]

_TYPED = ("input", "select", "textarea")
_UNLABELLED = ("hidden", "submit", "button")


@dataclass
class Form:
    """A form with the fields that a browser would send, buttons left out."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[Attributes] = field(default_factory=list)


@dataclass
class Markup(HTMLParser):
    """What a page holds."""

    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    title: str = ""
    headings: int = 0
    text: str = ""
    labelled: set[str] = field(default_factory=set)
    _inside: list[str] = field(default_factory=list)
    _textarea: str = ""
    _select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    @property
    def unlabelled(self) -> list[Attributes]:
        asked = [a for tag, a in self.tags if tag in _TYPED and a.get("type") not in _UNLABELLED]
        return [a for a in asked if a.get("id") not in self.labelled and "aria-label" not in a and "_wrapped" not in a]

    def form(self, action: str) -> Form:
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "label" in self._inside and tag in _TYPED:
            attributes["_wrapped"] = "yes"
        self.tags.append((tag, attributes))
        self._inside.append(tag)
        self.headings += tag == "h1"
        if tag == "label":
            self.labelled.add(attributes.get("for", ""))
        if tag == "form":
            self.forms.append(Form(attributes.get("action", ""), attributes.get("method", "get")))
        if self.forms and "form" in self._inside:
            self._take(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside[-1:] == ["title"]:
            self.title += data
        if self._inside[-1:] == ["textarea"] and self.forms:
            self.forms[-1].fields[self._textarea] += data.removeprefix("\r\n")

    def _take(self, tag: str, attributes: Attributes) -> None:
        fields, name = self.forms[-1].fields, attributes.get("name", "")
        if tag == "button":
            self.forms[-1].buttons.append(attributes)
        elif tag == "textarea":
            self._textarea = name
            fields[name] = ""
        elif tag == "select":
            self._select = name
            fields[name] = ""
        elif tag == "option" and "selected" in attributes:
            fields[self._select] = attributes.get("value", "")
        elif tag == "input" and name:
            self._take_input(fields, name, attributes)

    def _take_input(self, fields: dict[str, str], name: str, attributes: Attributes) -> None:
        kind = attributes.get("type", "text")
        if kind == "file" or (kind in ("radio", "checkbox") and "checked" not in attributes):
            return
        fields[name] = attributes.get("value", "on" if kind == "checkbox" else "")


def read_markup(html: str) -> Markup:
    """Read a page."""
    found = Markup()
    found.feed(html)
    found.close()
    return found
