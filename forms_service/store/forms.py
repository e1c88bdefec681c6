"""Forms: the published specs, addressed by the SHA-256 of their YAML bytes and never changed."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, insert, select

from forms_service.domain.errors import PublishedDiffers
from forms_service.store.tables import published_forms


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """One published version of a form: the exact bytes of its YAML."""

    form: str
    version: int
    sha256: str
    source: bytes
    published_at: dt.datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Forms:
    """The published forms within one transaction."""

    connection: Connection

    def publish(self, form: PublishedForm) -> PublishedForm:
        """Store a spec, or return the one stored before when its bytes are the same; raises PublishedDiffers."""
        earlier = self.get(form.form, form.version)
        if earlier is None:
            self.connection.execute(insert(published_forms).values(asdict(form)))
            return form
        if earlier.sha256 != form.sha256:
            raise PublishedDiffers(
                f"表单「{form.form}」第 {form.version} 版已经发布，内容与这一份不同。"
                f"已发布的版本不能改，请把 version 改为 {form.version + 1} 再发布。"
            )
        return earlier

    def get(self, form: str, version: int) -> PublishedForm | None:
        """Return a version of a form, if it was published."""
        return self._one((published_forms.c.form == form) & (published_forms.c.version == version))

    def with_digest(self, sha256: str) -> PublishedForm | None:
        """Return the form with exactly these bytes, if it was published."""
        return self._one(published_forms.c.sha256 == sha256)

    def latest(self) -> tuple[PublishedForm, ...]:
        """List the newest version of every form, by form id."""
        newest = {form.form: form for form in self.all()}
        return tuple(newest.values())

    def all(self) -> tuple[PublishedForm, ...]:
        """List every published version, by form id and version."""
        query = select(published_forms).order_by(published_forms.c.form, published_forms.c.version)
        return tuple(PublishedForm(**row) for row in self.connection.execute(query).mappings())

    def _one(self, wanted: ColumnElement[bool]) -> PublishedForm | None:
        row = self.connection.execute(select(published_forms).where(wanted)).mappings().one_or_none()
        return PublishedForm(**row) if row else None
