"""The site as visitors use it: pages are opened, forms are filled in and sent with what the page itself put in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_service.domain.document import Document
from forms_service.signing.timestamps import TimeAuthority
from forms_service.store.blobs import Blobs
from forms_service.web.app import WebOptions, create_app
from forms_service.workflow.demonstrating import PASSWORD, PIN
from forms_service.workflow.distributing import distribute_pending
from forms_service.workflow.inviting import invite_pending
from forms_service.workflow.printery import Printery
from forms_service.workflow.signing_in import set_password
from tests.allowance import ALLOWANCE
from tests.web.markup import Markup, read_markup
from tests.world import World, make_world

STAFF = ("li_wen", "lin_guo", "wang_jian")
CODE = "314159"


@dataclass
class Visitor:
    """Somebody with a browser."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str) -> Markup:
        return read_markup(self.client.get(path).text)

    def send(self, page: str, action: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Open a page, fill in its form for an action, send it."""
        form = self.page(page).form(action)
        return self.client.post(action, data={**form.fields, **(data or {})})

    def send_elsewhere(self, page: str, form: str, action: str, data: Mapping[str, Any]) -> TestResponse:
        """As `send`, but by a button that sends the form somewhere else."""
        return self.client.post(action, data={**self.page(page).form(form).fields, **data})


@dataclass
class Site:
    """An office and its site."""

    world: World
    app: Flask
    stream: TextIO
    passwords: set[str] = field(default_factory=set)

    def close(self) -> None:
        self.stream.close()

    def journal(self) -> str:
        self.stream.flush()
        return Path(self.stream.name).read_text()

    def use_https(self) -> None:
        """Serve the same office under an https address."""
        office = replace(self.world.office, base_url="https://forms.example")
        self.app = create_app(office, WebOptions(rate_limits=False, journal=self.stream))

    def visitor(self) -> Visitor:
        return Visitor(self.app.test_client())

    def signed_in(self, person_id: str) -> Visitor:
        person = self.world.person(person_id)
        if person_id not in self.passwords:
            set_password(self.world.office, person, PASSWORD)
            self.passwords.add(person_id)
        visitor = self.visitor()
        answer = visitor.send("/login", "/login", {"person": person_id, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return visitor

    def signed_in_without_key(self, person_id: str) -> Visitor:
        office = self.world.office
        set_password(office, office.require_person(person_id), PASSWORD)
        visitor = self.visitor()
        visitor.send("/login", "/login", {"person": person_id, "password": PASSWORD})
        return visitor

    def lose_files(self) -> None:
        """Lose every stored file, as a broken disk would, for whoever reads through the site."""
        empty = Path(self.stream.name).parent / "lost"
        office = replace(self.world.office, blobs=Blobs(empty), printery=self._fresh_printery())
        self.app = create_app(office, WebOptions(rate_limits=False, journal=self.stream))

    def stamped_by(self, timestamper: TimeAuthority | None) -> None:
        """Let the site take its timestamps from somebody; its visitors sign in anew."""
        office = replace(self.world.office, timestamper=timestamper)
        self.app = create_app(office, WebOptions(rate_limits=False, journal=self.stream))

    def _fresh_printery(self) -> Printery:
        office = self.world.office
        form = office.printery.form
        return Printery(lambda: office.organisation.firm, office.fonts, lambda sha256: form(sha256).spec)

    def signed_by(self, *people: str) -> Document:
        document = self.world.open_allowance()
        for person in people:
            document = self.world.sign(document, person)
        return document

    def invited(self) -> tuple[Document, str]:
        document = self.signed_by(*STAFF)
        invite_pending(self.world.office)
        return document, self.world.mail().split("/c/")[1].split()[0]

    def granted(self) -> tuple[Document, str, Visitor]:
        document, token = self.invited()
        customer = self.visitor()
        customer.send(f"/c/{token}", f"/c/{token}/code")
        answer = customer.send(f"/c/{token}/code", f"/c/{token}/open", {"code": CODE})
        assert answer.status_code == 303, answer.text
        return document, token, customer

    def finished(self) -> Document:
        document, token, customer = self.granted()
        answer = customer.send(
            f"/c/{token}/sign", f"/c/{token}/sign", {"answer": "accept", "agree": "y", "consent": "y"}
        )
        assert answer.status_code == 303, answer.text
        distribute_pending(self.world.office)
        return document

    def copy(self, document: Document, number: int) -> bytes:
        with self.world.office.database.read() as tx:
            copy = next(c for c in tx.copies.of(document.id) if c.no == number)
        return self.world.office.blobs.get(copy.sha256)


def open_site(folder: Path, **options: Any) -> Site:
    """Open a site on an empty folder; rates are not limited unless a test asks for it."""
    world = make_world(folder / "office")
    stream = (folder / "journal.jsonl").open("w", encoding="utf-8")
    app = create_app(world.office, WebOptions(**{"rate_limits": False, "journal": stream, **options}))
    return Site(world, app, stream)


def typed(raw: Mapping[str, str] = ALLOWANCE, **more: str) -> dict[str, str]:
    """Write answers as the step's page names them, ready to be signed with the demo PIN."""
    return {f"f.{key}": text for key, text in raw.items()} | {"pin": PIN, "decision": "approve"} | more
