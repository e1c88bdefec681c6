"""Embedding: the issue record and the form's spec travel inside the PDF, put there before the first signature."""

from pyhanko.pdf_utils import embed
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forms_service.domain.record import FILE_NAME, SPEC_NAME, IssueRecord


def embed_record(writer: IncrementalPdfFileWriter, record: IssueRecord, spec_source: str) -> None:
    """Attach the issue record and the spec's YAML as associated files (ISO 32000-2 §14.13)."""
    _embed(writer, FILE_NAME, record.to_json(), "application/json", "签发记录")
    _embed(writer, SPEC_NAME, spec_source.encode(), "application/yaml", "表单规格")


def _embed(writer: IncrementalPdfFileWriter, name: str, data: bytes, mime_type: str, description: str) -> None:
    file = embed.EmbeddedFileObject.from_file_data(writer, data=data, mime_type=mime_type)
    spec = embed.FileSpec(
        file_spec_string=name,
        file_name=name,
        embedded_data=file,
        description=description,
        af_relationship=pdf_name("/Data"),
    )
    embed.embed_file(writer, spec)
