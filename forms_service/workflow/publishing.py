"""Publishing: a spec that lints without a fault becomes a form that can be opened; its bytes never change again."""

from forms_service.domain.errors import NotFound, ProblemsFound
from forms_service.domain.events import Data, Event
from forms_service.domain.parsing import parse_spec
from forms_service.domain.people import Organisation
from forms_service.domain.spec import FormSpec
from forms_service.pdf.fonts import Fonts
from forms_service.store.database import Database
from forms_service.store.forms import PublishedForm
from forms_service.store.shelf import read_document
from forms_service.workflow.office import Office


def publish(office: Office, source: bytes, file: str, actor: str) -> FormSpec:
    """Publish a spec; the same bytes twice change nothing. Raises ProblemsFound with all faults, PublishedDiffers."""
    at = office.now()
    spec = read_spec(source, file, office.organisation, office.fonts)
    with office.database.write() as tx:
        known = tx.forms.with_digest(spec.sha256)
        tx.forms.publish(PublishedForm(spec.form, spec.version, spec.sha256, source, at, actor))
        if known is None:
            data: Data = {"form": spec.form, "version": spec.version, "sha256": spec.sha256}
            tx.ledger.append(Event(at, "published", "", actor, data))
    return spec


def read_spec(source: bytes, file: str, org: Organisation, fonts: Fonts) -> FormSpec:
    """Read a spec's bytes; raises ProblemsFound with every fault at its line and column."""
    node, faults = read_document(source, file)
    if node is None:
        raise ProblemsFound(faults)
    spec, problems = parse_spec(node, source.decode(), org, fonts.missing)
    found = (*faults, *problems)
    if spec is None or any(problem.level == "error" for problem in found):
        raise ProblemsFound(found)
    return spec


def published_spec(database: Database, org: Organisation, fonts: Fonts, sha256: str) -> FormSpec:
    """Read the published spec with a digest; raises NotFound."""
    with database.read() as tx:
        form = tx.forms.with_digest(sha256)
    if form is None:
        raise NotFound(f"没有发布过摘要为 {sha256[:12]}… 的表单。")
    return read_spec(form.source, f"{form.form}.yaml", org, fonts)
