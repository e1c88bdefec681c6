"""Publishing: a spec that lints without a fault becomes a form that can be opened; its bytes never change again."""

import hashlib
from collections.abc import Iterable

from forms_service.domain.errors import NotFound, ProblemsFound
from forms_service.domain.events import Data, Event
from forms_service.domain.linting_around import lint_around
from forms_service.domain.outlines import NO_OTHERS, Others, named_forms, outline_form, published_together
from forms_service.domain.parsing import parse_spec
from forms_service.domain.people import Organisation
from forms_service.domain.problem import Problem
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import Fonts
from forms_service.store.database import Database
from forms_service.store.forms import PublishedForm
from forms_service.store.shelf import read_document
from forms_service.workflow.office import Office


def publish(office: Office, source: bytes, file: str, actor: str, beside: Iterable[bytes] = ()) -> FormSpec:
    """Publish a spec; the same bytes twice change nothing. Raises ProblemsFound with all faults, PublishedDiffers.

    It may name the forms that are published, and those whose bytes are given `beside` it, about to be published, too.
    """
    at = office.now()
    spec, _ = review(office, source, file, beside)
    with office.database.write() as tx:
        known = tx.forms.with_digest(spec.sha256)
        tx.forms.publish(PublishedForm(spec.form, spec.version, spec.sha256, source, at, actor))
        if known is None:
            data: Data = {"form": spec.form, "version": spec.version, "sha256": spec.sha256}
            tx.ledger.append(Event(at, "published", "", actor, data))
    return spec


def review(
    office: Office, source: bytes, file: str, beside: Iterable[bytes] = ()
) -> tuple[FormSpec, tuple[Problem, ...]]:
    """Read a spec as it would be published, with the warnings about it, as of a form that must still come.

    Raises ProblemsFound with all faults.
    """
    node, _ = read_document(source, file)
    named = named_forms(node) if node is not None else frozenset()
    others = outline_published(office.database, named, beside)
    org = office.rulebook.organisation_for_form(hashlib.sha256(source).hexdigest())
    spec = read_spec(source, file, org, office.fonts, others)
    found = lint_around(spec, org, others, complete=False)
    if any(problem.level == "error" for problem in found):
        raise ProblemsFound(found)
    return spec, found


def read_spec(source: bytes, file: str, org: Organisation, fonts: Fonts, others: Others = NO_OTHERS) -> FormSpec:
    """Read a spec's bytes; raises ProblemsFound with every fault at its line and column.

    `others` are the outlines of the forms that it names.
    """
    node, faults = read_document(source, file)
    if node is None:
        raise ProblemsFound(faults)
    spec, problems = parse_spec(node, source.decode(), org, fonts.missing, others=others)
    found = (*faults, *problems)
    if spec is None or any(problem.level == "error" for problem in found):
        raise ProblemsFound(found)
    return spec


def published_spec(database: Database, org: Organisation, fonts: Fonts, sha256: str) -> FormSpec:
    """Read the published spec with a digest; raises NotFound."""
    with database.read() as tx:
        form = tx.forms.with_digest(sha256)
    if form is None or hashlib.sha256(form.source).hexdigest() != sha256:
        raise NotFound(f"没有发布过摘要为 {sha256[:12]}… 的表单，或它的字节被改动过。")
    node, _ = read_document(form.source, form.form)
    others = outline_published(database, named_forms(node) if node is not None else frozenset())
    return read_spec(form.source, f"{form.form}.yaml", org, fonts, others)


def outline_published(database: Database, names: frozenset[str], beside: Iterable[bytes] = ()) -> Others:
    """Outline the published forms among some names, all versions together, and forms that are to be published."""
    with database.read() as tx:
        published = [form.source for form in tx.forms.all() if form.form in names]
    nodes = (read_document(source, "published.yaml")[0] for source in (*beside, *published))
    outlines = (outline_form(node) for node in nodes if node is not None)
    return published_together(outline for outline in outlines if outline is not None and outline.form in names)
