"""Attachments: the files inside a PDF, as of a revision; the issue record and the form's spec are two of them."""

from collections.abc import Iterator

from forms_service.domain.record import FILE_NAME, SPEC_NAME, IssueRecord
from forms_service.signing.crossrefs import inflate
from forms_service.signing.form_view import decode_text
from forms_service.signing.revisions import History
from forms_service.signing.syntax import Malformed, PdfValue, Ref, Stream

OURS = frozenset({FILE_NAME, SPEC_NAME})
_DEEPEST = 20


def attachments(history: History, revision: int) -> tuple[tuple[str, bytes], ...]:
    """List the embedded files by name, with their bytes, in the name tree's order. Raises Malformed."""
    names = history.dictionary(history.root(revision).get("/Names"), revision)
    return tuple(
        (name, _content(history, revision, target))
        for name, target in _leaves(history, revision, names.get("/EmbeddedFiles"), 0)
    )


def read_record(history: History, revision: int) -> tuple[IssueRecord | None, bytes]:
    """Read the issue record and the spec's YAML; (None, b"") for a file that has neither.

    Raises ValueError when the record is not a whole one, or stands there twice.
    """
    found = [(name, data) for name, data in attachments(history, revision) if name in OURS]
    if not found:
        return None, b""
    if sorted(name for name, _ in found) != sorted(OURS):
        raise ValueError(f"附件应正好是 {FILE_NAME} 与 {SPEC_NAME} 两份")
    files = dict(found)
    return IssueRecord.from_json(files[FILE_NAME]), files[SPEC_NAME]


def _leaves(history: History, revision: int, node: PdfValue, depth: int) -> Iterator[tuple[str, PdfValue]]:
    if depth > _DEEPEST:
        raise Malformed("附件目录的层次太深，或连成了圈", check=5)
    tree = history.dictionary(node, revision)
    pairs = history.array(tree.get("/Names"), revision)
    for key, target in zip(pairs[::2], pairs[1::2], strict=False):
        name = history.resolve(key, revision)
        yield decode_text(name) if isinstance(name, bytes) else "", target
    for kid in history.array(tree.get("/Kids"), revision):
        yield from _leaves(history, revision, kid, depth + 1)


def _content(history: History, revision: int, target: PdfValue) -> bytes:
    files = history.dictionary(history.dictionary(target, revision).get("/EF"), revision)
    streams = {ref.number for ref in files.values() if isinstance(ref, Ref)}
    stream = history.resolve(files.get("/F", files.get("/UF")), revision)
    if not isinstance(stream, Stream) or len(streams) != 1:
        raise Malformed("附件没有内容，或不同的程序会读出不同的内容", check=5)
    return inflate(stream)
