"""Signatures of a file: every one that any revision holds, found by walking the form of each revision.

What a program merely lists as signatures may leave some out; here nothing is left out, and what is odd is told.
"""

import re
from dataclasses import dataclass

from forms_service.signing.form_view import FieldView, FormView, decode_text
from forms_service.signing.revisions import History, refs_in
from forms_service.signing.syntax import Malformed, PdfDict, PdfValue, Placed, Ref, read_indirect

SUPPORTED = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached", "/PBAD.PAdES"})
TIMESTAMP = "/ETSI.RFC3161"
_HEX = re.compile(rb"<[0-9A-Fa-f]*+>")
_MARK = b"<6865726520697420697321>"


@dataclass(frozen=True, slots=True)
class SignatureFound:
    """A signature: its field, the revision that brought it, its object and dictionary.

    `inside` says that it is no object of its own but written into its field's, as some programs do.
    """

    field: str
    revision: int
    number: int
    dictionary: PdfDict
    inside: bool = False

    @property
    def kind(self) -> str:
        """Its SubFilter, "" for none."""
        return str(self.dictionary.get("/SubFilter", ""))

    @property
    def is_timestamp(self) -> bool:
        """Say whether it is a document timestamp, which tells a time and no signer."""
        return self.kind == TIMESTAMP

    @property
    def container(self) -> bytes:
        """The CMS container with its padding; b"" for none."""
        found = self.dictionary.get("/Contents")
        return found if isinstance(found, bytes) else b""

    @property
    def byte_range(self) -> tuple[int, int, int, int] | None:
        """The four integers of its ByteRange, or None when it is anything else."""
        found = self.dictionary.get("/ByteRange")
        if not isinstance(found, tuple) or len(found) != 4:
            return None
        one, two, three, four = found
        whole = all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in found)
        return (one, two, three, four) if whole else None  # type: ignore[return-value]  # `whole` says they are ints

    def text(self, key: str) -> str:
        """Read one of its texts (`/Reason`, `/M`, `/Name`), "" for none."""
        found = self.dictionary.get(key)
        return decode_text(found) if isinstance(found, bytes) else ""

    def transform(self, method: str) -> PdfDict | None:
        """Return the parameters of one of its signature references (`/DocMDP`, `/FieldMDP`), None without it.

        Raises Malformed for two of one method.
        """
        references = self.dictionary.get("/Reference")
        listed = [r for r in references if isinstance(r, dict)] if isinstance(references, tuple) else []
        found = [r for r in listed if r.get("/TransformMethod") == method]
        if len(found) > 1:
            raise Malformed(f"签章「{self.field}」写了两个 {method}", check=10)
        parameters = found[0].get("/TransformParams") if found else None
        return parameters if isinstance(parameters, dict) else None


def find_signatures(history: History, forms: tuple[FormView, ...]) -> tuple[SignatureFound, ...]:
    """List the signatures in the order of their revisions, however many fields name them. Raises Malformed."""
    found: dict[tuple[str, int], SignatureFound] = {}
    for form in forms:
        for field in form.fields.values():
            if field.is_signature and field.value is not None:
                number = signature_number(field)
                if number is None or not isinstance(field.value, Ref | dict):
                    raise Malformed(f"签章「{field.name}」不是独立的对象", check=3)
                key = (field.name, number)
                if key not in found:
                    dictionary = _direct(history, history.dictionary(field.value, form.revision), form)
                    inside = not isinstance(field.value, Ref)
                    found[key] = SignatureFound(field.name, form.revision, number, dictionary, inside)
    return tuple(sorted(found.values(), key=lambda signature: signature.revision))


def signature_number(field: FieldView) -> int | None:
    """Number the object that a signature box's signature is written in, None for an empty box or one without."""
    if isinstance(field.value, Ref):
        return field.value.number
    return field.number if field.value is not None else None


def usage_rights(history: History, revision: int) -> frozenset[int]:
    """Number the objects that grant a program rights of use (ISO 32000-1, 12.8.2.3): no signatures of anybody."""
    permissions = history.dictionary(history.root(revision).get("/Perms"), revision)
    granted = (permissions.get(key) for key in ("/UR", "/UR3"))
    return frozenset(ref.number for ref in granted if isinstance(ref, Ref))


def granted_rights(history: History) -> frozenset[int]:
    """Number the objects of any revision that grant such rights, those that lie about unused included.

    A catalog that holds them itself counts by its number.
    """
    found = {number for revision in history.revisions for number in usage_rights(history, revision.index)}
    for revision in history.revisions:
        root = history.root(revision.index)
        permissions = history.dictionary(root.get("/Perms"), revision.index)
        if any(isinstance(permissions.get(key), dict) for key in ("/UR", "/UR3")):
            found.update(refs_in(revision.trailer.get("/Root")))
        for number, value in history.written(revision.index):
            if isinstance(value, dict) and "/ByteRange" in value and _grants(history, value, revision.index):
                found.add(number)
    return frozenset(found)


def _grants(history: History, signature: PdfDict, revision: int) -> bool:
    """Say whether a signature says of itself that all it does is grant rights of use."""
    references = [history.dictionary(item, revision) for item in history.array(signature.get("/Reference"), revision)]
    return bool(references) and all(one.get("/TransformMethod") in ("/UR", "/UR3") for one in references)


def gap_is_contents(history: History, signature: SignatureFound) -> bool:
    """Say whether what the ByteRange leaves out is exactly the signature's own `/Contents` string.

    The object is read twice, once with another string in the gap: only /Contents may tell the difference.
    """
    ranges = signature.byte_range
    if ranges is None:
        return False
    start, stop, data = ranges[1], ranges[2], history.data
    placed = history.placed(signature.number, signature.revision)
    if not placed.start < start < stop < placed.end or not _HEX.fullmatch(data, start, stop):
        return False
    told = read_indirect(data[placed.start : start] + _MARK + data[stop : placed.end], 0, history.names)
    told_again = told.value if isinstance(told, Placed) else None
    if signature.inside and isinstance(told_again, dict):
        told_again = told_again.get("/V")
    if not isinstance(told_again, dict) or (stop - start) % 2:
        return False
    digits = data[start + 1 : stop - 1]
    if digits not in (digits.lower(), digits.upper()):
        return False  # nobody writes both ways: a letter was changed into its other case
    left_out = bytes.fromhex(digits.decode())
    marked = bytes.fromhex(_MARK[1:-1].decode())
    return left_out not in (b"", marked) and signature.container == left_out and told_again.get("/Contents") == marked


def _direct(history: History, dictionary: PdfDict, form: FormView) -> PdfDict:
    """Put indirect parts of a signature dictionary in place, two levels deep: enough for its references.

    Each object is put in place once for a depth, however often it is named.
    """
    settled: dict[tuple[Ref, int], PdfValue] = {}

    def settle(value: PdfValue, depth: int) -> PdfValue:
        if not isinstance(value, Ref):
            return settle_parts(value, depth)
        key = (value, depth)
        if key not in settled:
            settled[key] = settle_parts(history.resolve(value, form.revision), depth)
        return settled[key]

    def settle_parts(value: PdfValue, depth: int) -> PdfValue:
        if depth == 0:
            return history.resolve(value, form.revision)
        if isinstance(value, tuple):
            return tuple(settle(item, depth - 1) for item in value)
        if isinstance(value, dict):
            return {key: item if key == "/Data" else settle(item, depth - 1) for key, item in value.items()}
        return value

    return {key: settle(value, 4) for key, value in dictionary.items()}
