"""A process killed between the blob and the transaction, and inside it: nothing half is ever seen."""

import datetime as dt
import signal
import subprocess
import sys
from pathlib import Path

from forms_service.domain.numbering import parse_pattern
from forms_service.store.blobs import Blobs
from forms_service.store.database import Database

FAR_OFF = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)

_KILLED_INSIDE = """
import datetime as dt, os, signal, sys
from pathlib import Path
from forms_service.domain.events import Event
from forms_service.domain.numbering import parse_pattern
from forms_service.store.blobs import Blobs
from forms_service.store.database import Database
folder = Path(sys.argv[1])
database = Database.open(f"sqlite:///{folder}/office.db")
with database.write() as tx:
    tx.ledger.append(Event(dt.datetime(2026, 11, 24, tzinfo=dt.UTC), "noted", "", "office", {}))
Blobs(folder / "blobs").put(b"%PDF that nothing names")
with database.write() as tx:
    tx.numbers.draw("memo", parse_pattern("A{yy}{mm}{seq:3}"), dt.date(2026, 11, 24))
    tx.ledger.append(Event(dt.datetime(2026, 11, 24, tzinfo=dt.UTC), "opened", "doc-a", "chen", {}))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_inside_a_transaction_leaves_what_was_before_it(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED_INSIDE, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    blobs = Blobs(tmp_path / "blobs")
    with Database.open(f"sqlite:///{tmp_path}/office.db") as database, database.write() as tx:
        assert [row.event.kind for row in tx.ledger.rows()] == ["noted"]
        assert tx.ledger.first_broken() is None
        assert tx.numbers.draw("memo", parse_pattern("A{yy}{mm}{seq:3}"), dt.date(2026, 11, 24)) == "A2611001"
        assert len(blobs.sweep(tx.references.digests(), before=FAR_OFF)) == 1
    assert list(blobs.digests()) == []
