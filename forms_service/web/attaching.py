"""Attaching: files that a step's cells name.

The cell holds name and digest and is signed with its step; the bytes lie beside the PDF.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Field
from forms_service.domain.values import Attachment
from forms_service.store.attachments import AttachedFile
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

FILE, DROP = ".file", ".drop"
_LONGEST_NAME = 120
_KINDS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_MEDIA = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


def attach(
    office: Office, person: Person, reading: Reading, uploads: Mapping[str, FileStorage], typed: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """Keep the files handed in with a step; returns the text of each attachment cell, and what is wrong with a file.

    A cell with no new file keeps the one that it named, if that was given for this document; `FIELD.drop` lets it go.
    """
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for field in _attachments(reading):
        upload = uploads.get(field.id + FILE)
        if upload is None or not upload.filename:
            texts[field.id] = "" if typed.get(field.id + DROP) else _kept(office, reading, field, typed)
            continue
        data = upload.read()
        kind = next((kind for magic, kind in _KINDS if data.startswith(magic)), None)
        if kind is None or kind not in field.accept:
            problems.append(_wrong_kind(field, upload.filename))
        else:
            texts[field.id] = _keep(office, person, reading, field, _plain_name(upload.filename), kind, data)
    return texts, tuple(problems)


def _attachments(reading: Reading) -> Iterator[Field]:
    fills = reading.step.fills if reading.step else ()
    return (field for field in reading.spec.fields if field.id in fills and field.kind == "attachment")


def _kept(office: Office, reading: Reading, field: Field, typed: Mapping[str, str]) -> str:
    """Return what the cell named before, if such a file was really given for it: the text comes from the browser."""
    text = typed.get(field.id, "")
    with office.database.read() as tx:
        known = {str(Attachment(f.name, f.sha256)) for f in tx.attachments.of(reading.document.id)}
    return text if text in known else ""


def _keep(office: Office, person: Person, reading: Reading, field: Field, name: str, kind: str, data: bytes) -> str:
    digest, at = office.blobs.put(data), office.now()
    file = AttachedFile(reading.document.id, field.id, digest, name, _MEDIA[kind], len(data), person.id, at)
    with office.database.write() as tx:
        tx.attachments.add(file)
    return str(Attachment(name, digest))


def _plain_name(name: str) -> str:
    """Cut a file name to its last part, printable and short, its ending kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable()).strip(" .") or "file"
    path = PurePosixPath(shown)
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix


def _wrong_kind(field: Field, name: str) -> Problem:
    expected = "、".join(field.accept)
    message = f"「{field.label.zh_hans}」只收 {expected} 文件，「{_plain_name(name)}」的内容不是。请换一个文件。"
    return Problem(field.id, "wrong_file_type", message)
