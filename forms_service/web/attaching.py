"""Attaching: files that a step's cells name.

The cell holds name and digest and is signed with its step; the bytes lie beside the PDF.
"""

from collections.abc import Iterator, Mapping

from werkzeug.datastructures import FileStorage

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Field
from forms_service.domain.values import Attachment
from forms_service.workflow.attaching import keep_file
from forms_service.workflow.office import Office
from forms_service.workflow.reading import Reading

FILE, DROP = ".file", ".drop"


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
        try:
            kept = keep_file(office, person, reading.document.id, field, upload.filename, upload.read())
            texts[field.id] = str(kept)
        except ProblemsFound as found:
            problems.extend(found.problems)
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
