"""A snapshot: all files of an organisation and its policies as one text, so that one digest names them all.

Names are those within the shelf (`people.yaml`, `policies/tax.yaml`), so that where a folder lies changes nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The canonical text of a set of files, and its SHA-256."""

    content: bytes
    sha256: str


def take_snapshot(files: Files) -> Snapshot:
    """Write files (UTF-8) as one canonical JSON object; raises UnicodeDecodeError for any other bytes."""
    texts = {name: data.decode("utf-8") for name, data in files.items()}
    content = json.dumps(texts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return Snapshot(content, hashlib.sha256(content).hexdigest())


def open_snapshot(content: bytes) -> Files:
    """Return the files of a snapshot, their bytes as they were."""
    texts: dict[str, str] = json.loads(content)
    return {name: text.encode() for name, text in texts.items()}
