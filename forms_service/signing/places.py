"""Places in a PDF: the way of keys that leads to an object, what stands there in words, and which check guards it."""

from collections import deque
from collections.abc import Iterator

from forms_service.signing.revisions import History
from forms_service.signing.syntax import PdfValue, Ref, Stream

_GUARDED: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("/Root", "/Names", "/EmbeddedFiles"), 5, "附件被加上或换过"),
    (("/Root", "/Names", "/JavaScript"), 5, "加上了脚本"),
    (("/Root", "/Names"), 5, "文件的名称目录（附件、脚本）改了"),
    (("/Root", "/AF"), 5, "附件被加上或换过"),
    (("/Root", "/OpenAction"), 5, "加上了打开时的动作"),
    (("/Root", "/AA"), 5, "加上了动作"),
    (("/Root", "/AcroForm", "/Fields"), 8, "栏位的样子被原地改写"),
    (("/Root", "/AcroForm", "/DR"), 10, "表单的公用字体改了"),
    (("/Root", "/AcroForm"), 8, "表单被换过"),
    (("/Root", "/Perms"), 10, "公司签发时的权限（/Perms）改了"),
    (("/Root", "/Pages"), 10, "页面内容、页数或批注改了"),
    (("/Root", "/Metadata"), 10, "文件说明（XMP）改了"),
    (("/Root",), 10, "文件目录改了"),
    (("/Info",), 10, "文件说明改了"),
)
_IN_FIELD: tuple[tuple[str, int, str], ...] = (
    ("/Lock", 10, "签章栏的锁定范围（/Lock）改了"),
    ("/SV", 10, "签章栏的限定（/SV）改了"),
    ("/A", 5, "栏位加上了动作"),
    ("/AA", 5, "栏位加上了动作"),
    ("/V", 8, "栏位里存的内容或签章被原地改写"),
)
_NOWHERE_FROM = frozenset({"/Size", "/Prev", "/ID", "/W", "/Index", "/Filter", "/DecodeParms", "/Length", "/XRefStm"})
_LONGEST_WAY = 60  # keys: a chain without end is not told to its end
_NOWHERE = (10, "文件里多出了没有归属的对象")


def words_for(path: tuple[str, ...] | None) -> tuple[int, str]:
    """Say what was changed at a path from the trailer, and the number of the check that guards it.

    None stands for an object that nothing leads to.
    """
    if path is None:
        return _NOWHERE
    check, words = next(((no, said) for way, no, said in _GUARDED if path[: len(way)] == way), _NOWHERE)
    if path[:2] == ("/Root", "/Pages"):
        return check, _on_page(path)
    if path[:3] == ("/Root", "/AcroForm", "/Fields"):
        return next(((no, said) for key, no, said in _IN_FIELD if key in path), (check, words))
    rest = [key for key in path[1:] if key not in words]
    return check, f"{words}（{' '.join(rest)}）" if rest and check == 10 and path != ("/Info",) else words


def _on_page(path: tuple[str, ...]) -> str:
    if "/Annots" in path:
        return "页面上的批注或盖在上面的东西改了"
    if "/Contents" in path:
        return "页面内容改了"
    if "/Resources" in path:
        return "页面用的字体或图形改了"
    return "页面或页数改了"


class Ways:
    """Shortest ways from the trailer to the objects of a revision, looked for as far as is asked, and kept.

    `around` names a key of the catalog that no way may take, `without` objects that none may pass.
    """

    def __init__(
        self, history: History, revision: int, around: str | None = None, without: frozenset[int] = frozenset()
    ) -> None:
        self._history, self._revision = history, revision
        self._around, self._without = around, without
        trailer = history.revisions[revision].trailer
        self._found: dict[int, tuple[str, ...]] = {}
        self._open: deque[tuple[tuple[str, ...], PdfValue]] = deque(
            ((key,), trailer.get(key)) for key in trailer if key not in _NOWHERE_FROM
        )

    def to(self, number: int) -> tuple[str, ...] | None:
        """Give the way to an object, as the keys on it; None when nothing leads there. Raises Malformed."""
        while number not in self._found and self._open:
            path, value = self._open.popleft()
            for way, target in _references(path, value):
                self._reach(way, target.number)
        return self._found.get(number)

    def _reach(self, way: tuple[str, ...], number: int) -> None:
        if way[:2] == ("/Root", self._around) or number in self._found:
            return
        self._found[number] = way[:_LONGEST_WAY]
        if number not in self._without:
            self._open.append((way[:_LONGEST_WAY], self._history.value(number, self._revision)))


def _references(path: tuple[str, ...], value: PdfValue) -> Iterator[tuple[tuple[str, ...], Ref]]:
    if isinstance(value, Ref):
        yield path, value
    elif isinstance(value, tuple):
        for item in value:
            yield from _references(path, item)
    elif isinstance(value, Stream):
        yield from _references(path, value.dictionary)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _references((*path, key), item)
