"""Templates, compiled once a process however many applications are made in it: each has its own environment."""

from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Keep what templates were compiled to in memory; Jinja holds it to the digest of the template's text."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what it was compiled to, if it was."""
        code = self._codes.get(bucket.key)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
