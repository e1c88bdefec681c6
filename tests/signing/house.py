"""A house in a process of its own, for a test to end: `python -m tests.signing.house pause`.

It gives a file that does what is said to a judging process, and names that process, its spare and the one that both
were forked off, once they are at it.
"""

import datetime as dt
import sys
import threading

from forms_service.signing.apart import Judges
from forms_service.signing.expected import Expected
from forms_service.signing.messages import Limits
from tests.signing.crowd import processes, servers
from tests.signing.hostile import HOSTILE, file_that
from tests.tampering import ROOT, trust

FILES = 108


def tell(document_id: str = "") -> Expected | None:
    """Name the judging processes on stdout."""
    del document_id
    sys.stdout.write(" ".join(map(str, (*processes(FILES), *servers(FILES)))) + "\n")
    sys.stdout.flush()
    return None


def main(doing: str) -> None:
    """Judge a file that does something, or nothing, and stay until ended."""
    limits = Limits(wall_s=2.0, cpu_s=2, files=FILES)
    judges = Judges(ROOT / "fonts", at_once=1, limits=limits, judge=f"{HOSTILE}:told_first")
    judges.warm()
    if doing == "nothing":
        tell()
    else:
        judges.judge(file_that(doing), trust(), dt.datetime.now(dt.UTC), tell)
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
