import datetime as dt
import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from forms_service.domain.errors import NotFound
from forms_service.store.blobs import BlobDamaged, Blobs

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FAR_OFF = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)

_PUT_FOR_EVER = """
import os, sys
from pathlib import Path
from forms_service.store.blobs import Blobs
blobs = Blobs(Path(sys.argv[1]))
while True:
    print(blobs.put(os.urandom(200_000)), flush=True)
"""
_PUT_PAST_THE_LIMIT = """
import resource, sys
from pathlib import Path
from forms_service.store.blobs import Blobs
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    Blobs(Path(sys.argv[1])).put(bytes(50_000))
except OSError:
    sys.exit(7)
"""


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def _files(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


def test_bytes_are_kept_under_their_digest(blobs: Blobs) -> None:
    sha256 = blobs.put(b"%PDF-1.7")
    assert sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()
    assert blobs.get(sha256) == b"%PDF-1.7"
    assert blobs.has(sha256)
    assert list(blobs.digests()) == [sha256]


def test_the_same_bytes_are_kept_once(blobs: Blobs) -> None:
    assert blobs.put(b"same") == blobs.put(b"same")
    assert len(_files(blobs)) == 1


def test_kept_bytes_are_not_writable(blobs: Blobs) -> None:
    blobs.put(b"kept")
    assert _files(blobs)[0].stat().st_mode & 0o222 == 0


def test_damaged_bytes_are_not_given_out_nor_put_over(blobs: Blobs) -> None:
    sha256 = blobs.put(b"whole")
    path = _files(blobs)[0]
    path.chmod(0o600)
    path.write_bytes(b"whale")
    with pytest.raises(BlobDamaged, match="不可采信"):
        blobs.get(sha256)
    with pytest.raises(BlobDamaged):
        blobs.put(b"whole")


@pytest.mark.parametrize("digest", ["0" * 64, "../" + "0" * 61, "", "ABC", "0" * 63 + "\n"])
def test_an_unknown_or_odd_digest_is_not_found(blobs: Blobs, digest: str) -> None:
    with pytest.raises(NotFound):
        blobs.get(digest)


def test_a_sweep_takes_only_what_is_unnamed_and_old(blobs: Blobs) -> None:
    named, unnamed = blobs.put(b"named"), blobs.put(b"unnamed")
    assert blobs.sweep({named}, before=LONG_AGO) == ()
    assert blobs.sweep({named}, before=FAR_OFF) == (unnamed,)
    assert list(blobs.digests()) == [named]


def test_bytes_put_again_are_young_again(blobs: Blobs) -> None:
    blobs.put(b"old")
    path = _files(blobs)[0]
    os.utime(path, (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    blobs.put(b"old")
    assert blobs.sweep(set(), before=LONG_AGO + dt.timedelta(days=1)) == ()


def test_threads_putting_the_same_bytes_all_succeed(blobs: Blobs) -> None:
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(blobs.put(b"race" * 10_000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(results)) == len(_files(blobs)) == 1


def test_a_process_killed_while_putting_leaves_only_whole_blobs(blobs: Blobs) -> None:
    told: list[str] = []
    for lines in (1, 3, 8, 13):
        process = subprocess.Popen(
            [sys.executable, "-c", _PUT_FOR_EVER, str(blobs.folder)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        told += [process.stdout.readline().strip() for _ in range(lines)]
        process.kill()
        told += process.stdout.read().split()
        process.stdout.close()
        process.wait()
    told = [digest for digest in told if len(digest) == 64]
    kept = {digest: blobs.get(digest) for digest in blobs.digests()}
    assert set(told) <= set(kept)
    blobs.sweep(kept, before=FAR_OFF)
    assert len(_files(blobs)) == len(kept)


def test_a_full_disk_is_told_and_leaves_nothing_behind(blobs: Blobs) -> None:
    done = subprocess.run([sys.executable, "-c", _PUT_PAST_THE_LIMIT, str(blobs.folder)], check=False)
    assert done.returncode == 7
    assert _files(blobs) == []
