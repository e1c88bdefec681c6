"""People's own certificates: one active each, the others kept."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from forms_service.store.database import Database
from forms_service.store.own_certificates import OwnCertificate
from tests.store.samples import NOW, digest

DAY = dt.timedelta(days=1)
FIRST = OwnCertificate(digest("first"), "chen", "PEM 1", NOW)
SECOND = OwnCertificate(digest("second"), "chen", "PEM 2", NOW + DAY)


def test_a_registered_certificate_is_its_persons_active_one(database: Database) -> None:
    with database.write() as tx:
        tx.own_certificates.add(FIRST)
        assert tx.own_certificates.active("chen") == tx.own_certificates.by_fingerprint(FIRST.sha256) == FIRST
        assert tx.own_certificates.active("lin") is tx.own_certificates.by_fingerprint(digest("x")) is None


def test_the_next_certificate_ends_the_one_before_it(database: Database) -> None:
    ended = replace(FIRST, ended_at=SECOND.registered_at)
    with database.write() as tx:
        tx.own_certificates.add(FIRST)
        tx.own_certificates.add(SECOND)
        assert tx.own_certificates.active("chen") == SECOND
        assert tx.own_certificates.by_fingerprint(FIRST.sha256) == ended
        assert tx.own_certificates.of("chen") == tx.own_certificates.all() == (ended, SECOND)


def test_the_end_of_a_certificate_is_told_once(database: Database) -> None:
    with database.write() as tx:
        tx.own_certificates.add(FIRST)
        tx.own_certificates.end("chen", NOW + DAY)
        tx.own_certificates.end("chen", NOW + 2 * DAY)
        assert tx.own_certificates.active("chen") is None
        assert tx.own_certificates.of("chen") == (replace(FIRST, ended_at=NOW + DAY),)


def test_a_certificate_is_one_persons_only(database: Database) -> None:
    with database.write() as tx:
        tx.own_certificates.add(FIRST)
    with pytest.raises(IntegrityError), database.write() as tx:
        tx.own_certificates.add(replace(FIRST, person="lin"))
