"""The comparison itself, over a handful of documents and with the programs that every test run has."""

import pickle
from pathlib import Path

import pytest

from tests.interop.comparing import Compared, ask_all, find_documents
from tests.interop.opinion import Opinion
from tests.interop.pdfbox import ask_pdfbox
from tests.signing.foreign import stamped
from tests.tampering import OURS, Desk, authority, stamps

SIGNATURES = {"issued": 1, "one": 2, "copy": 6, "stamped": 6}
BRIEF = 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a document at three stages, the first two of other documents than the last, and one file no PDF."""
    papers = tmp_path_factory.mktemp("papers")
    desk = Desk(timestamper=stamps())
    (papers / "issued.pdf").write_bytes(Desk("d-1", "A2611002").issue())
    (papers / "one.pdf").write_bytes(Desk("d-2", "A2611003", stamps()).step(Desk("d-2", "A2611003").issue(), "prepare"))
    finished = desk.finish()
    (papers / "finished").write_bytes(finished)
    (papers / "copy.pdf").write_bytes(desk.seal(finished))
    (papers / "stamped.pdf").write_bytes(stamped((papers / "copy.pdf").read_bytes(), stamps()))
    (papers / "scan").write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    (papers / "trust.pem").write_bytes(authority(OURS).trust_pem())
    return papers


def _compared(folder: Path, name: str) -> Compared:
    return Compared(folder / name, ask_all(folder / name, folder / "trust.pem"))


@pytest.mark.parametrize(("name", "count"), SIGNATURES.items())
def test_pyhanko_pdfsig_and_qpdf_agree_with_us(folder: Path, name: str, count: int) -> None:
    compared = _compared(folder, f"{name}.pdf")
    assert (compared.signatures, compared.disagreements()) == (count, {})


@pytest.mark.parametrize("name", ["copy", "stamped"])
def test_pdfbox_agrees_with_us(folder: Path, name: str) -> None:
    copy = folder / f"{name}.pdf"
    (ours, *_) = ask_all(copy, folder / "trust.pem")
    assert Compared(copy, (ours, ask_pdfbox([copy])[copy])).disagreements() == {}


def test_an_altered_document_is_told_by_each_that_reads_signatures(folder: Path, tmp_path: Path) -> None:
    altered = tmp_path / "altered.pdf"
    data = (folder / "copy.pdf").read_bytes()
    altered.write_bytes(data.replace(b"endstream", b"endstrean", 1))
    compared = Compared(altered, ask_all(altered, folder / "trust.pem"))
    assert {"ours", "pyhanko", "pdfsig"} <= compared.disagreements().keys()


def test_an_opinion_takes_nothing_of_its_document_along(folder: Path) -> None:
    asked = ask_all(folder / "copy.pdf", folder / "trust.pem")
    assert {opinion.engine: size for opinion in asked if (size := len(pickle.dumps(opinion))) > BRIEF} == {}


def test_a_program_that_finds_one_signature_less_disagrees() -> None:
    ours, other = Opinion("ours", frozenset({"a", "b"})), Opinion("other", frozenset({"a"}))
    assert Compared(Path("x.pdf"), (ours, other)).disagreements().keys() == {"other"}


def test_neither_bytes_that_another_document_continues_nor_an_attached_scan_are_asked_about(folder: Path) -> None:
    assert sorted(path.name for path in find_documents(folder)) == ["issued.pdf", "one.pdf", "stamped.pdf"]
