"""Attaching: a file that a cell names is kept beside the PDF; its kind is told by its content, never by its name."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from forms_service.domain.errors import ProblemsFound
from forms_service.domain.people import Person
from forms_service.domain.problem import Problem
from forms_service.domain.spec import Field
from forms_service.domain.values import Attachment
from forms_service.store.attachments import AttachedFile
from forms_service.workflow.office import Office

LARGEST_FILE = 15 * 1024 * 1024
_LONGEST_NAME = 120
_KINDS = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_MEDIA: Mapping[str, str] = MappingProxyType({"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"})


def keep_file(office: Office, person: Person, document_id: str, field: Field, name: str, data: bytes) -> Attachment:
    """Keep a file that was handed in for an attachment field; returns what the field's cell will say.

    Raises ProblemsFound for a kind that the field does not accept, and for a file that is too large.
    """
    kind = next((kind for magic, kind in _KINDS if data.startswith(magic)), "")
    shown = _plain_name(name)
    if kind not in field.accept:
        expected = "、".join(field.accept)
        message = f"「{field.label.zh_hans}」只收 {expected} 文件，「{shown}」的内容不是。请换一个文件。"
        raise ProblemsFound((Problem(field.id, "wrong_file_type", message),))
    if len(data) > LARGEST_FILE:
        found, most = len(data) / 1_048_576, LARGEST_FILE // 1_048_576
        message = f"「{shown}」有 {found:.1f} MB，最大 {most} MB。请压缩，或分成几份。"
        raise ProblemsFound((Problem(field.id, "file_too_large", message),))
    digest, at = office.blobs.put(data), office.now()
    file = AttachedFile(document_id, field.id, digest, shown, _MEDIA[kind], len(data), person.id, at)
    with office.database.write() as tx:
        tx.attachments.add(file)
    return Attachment(shown, digest)


def _plain_name(name: str) -> str:
    """Cut a file name to its last part, printable and short, its ending kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable()).strip(" .") or "file"
    path = PurePosixPath(shown)
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix
