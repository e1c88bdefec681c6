"""Alterations that know what they touch: objects, streams, cross references, trailers, signatures, whole revisions."""

import re
from random import Random

_OBJECT = re.compile(rb"(?<![\d])(\d{1,7}) 0 obj\b(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_ENTRY = re.compile(rb"\d{10} \d{5} [nf][ \r]\n")
_TRAILER_NUMBER = re.compile(rb"/(?:Size|Prev|Root|Info|XRefStm)\s+(\d+)")
_STARTXREF = re.compile(rb"startxref\s+(\d+)")
_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]+)>")
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[([^\]]*)\]")
_TEXT = re.compile(rb"/V\s*\([^)]*\)|/V\s*<[0-9A-Fa-f]*>")
_FLAG = re.compile(rb"/(Ff|F|Q|MaxLen|P|Flags|Rotate)\s+(\d+)")
_RECT = re.compile(rb"/(Rect|BBox|MediaBox|Matrix)\s*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d{1,7}) 0 R")
_ROOT = re.compile(rb"/Root\s+(\d+) 0 R")
_SIZE = re.compile(rb"/Size\s+(\d+)")
_END = re.compile(rb"%%EOF\r?\n?")
_LIES = (b"999,999.00", b"0", "同意".encode("utf-16-be"), b"")
_KEYS = (b"/NeedAppearances true", b"/AA <<>>", b"/OpenAction null", b"/DSS <<>>", b"/Perms <<>>", b"/Extensions <<>>")


def repeat_object(random: Random, data: bytes) -> bytes:
    """Write an object a second time, somewhere between two others."""
    found = list(_OBJECT.finditer(data))
    if not found:
        return data
    again, place = random.choice(found), random.choice(found).end()
    return data[:place] + b"\n" + again[0] + data[place:]


def swap_objects(random: Random, data: bytes) -> bytes:
    return _swap(random, data, _OBJECT, 2)


def swap_streams(random: Random, data: bytes) -> bytes:
    return _swap(random, data, _STREAM, 1)


def swap_entries(random: Random, data: bytes) -> bytes:
    """Let two cross-reference entries point at each other's objects."""
    return _swap(random, data, _ENTRY, 0)


def change_entry(random: Random, data: bytes) -> bytes:
    """Free an entry, or let it point at any object."""
    found = list(_ENTRY.finditer(data))
    if not found:
        return data
    entry = random.choice(found)
    target = random.choice([match.start() for match in _OBJECT.finditer(data)] or [0])
    new = random.choice((b"%010d 00000 n" % target, entry[0][:17] + b"f", entry[0][:11] + b"00001 n"))
    return data[: entry.start()] + new + entry[0][18:] + data[entry.end() :]


def edit_trailer(random: Random, data: bytes) -> bytes:
    return _renumber(random, data, _TRAILER_NUMBER)


def edit_startxref(random: Random, data: bytes) -> bytes:
    return _renumber(random, data, _STARTXREF)


def edit_byte_range(random: Random, data: bytes) -> bytes:
    found = list(_BYTE_RANGE.finditer(data))
    if not found:
        return data
    numbers = random.choice(found)
    return _renumber_within(random, data, numbers.start(1), numbers.end(1))


def edit_signature(random: Random, data: bytes) -> bytes:
    """Change some digits of a signature's container, or put another signature's in its place."""
    found = list(_CONTENTS.finditer(data))
    if not found:
        return data
    hole = random.choice(found)
    inside = bytearray(hole[1])
    if random.random() < 0.3:
        inside = bytearray(random.choice(found)[1].ljust(len(inside), b"0")[: len(inside)])
    for _ in range(random.randint(1, 3)):
        inside[random.randrange(len(inside))] = random.choice(b"0123456789abcdef")
    return data[: hole.start(1)] + bytes(inside) + data[hole.end(1) :]


def splice(random: Random, data: bytes, other: bytes) -> bytes:
    """Join the first revisions of a document and the last ones of another."""
    mine, theirs = _ends(data), _ends(other)
    if not mine or not theirs:
        return data
    return data[: random.choice(mine)] + other[random.choice([0, *theirs[:-1]]) :]


def append_revision(random: Random, data: bytes, other: bytes) -> bytes:
    """Add a revision whose objects are the file's own, or another's, altered; its cross references are right."""
    found, foreign = list(_OBJECT.finditer(data)), list(_OBJECT.finditer(other))
    if not found:
        return data
    new = {}
    for _ in range(random.randint(1, 3)):
        number, body = random.choice(found).groups()
        source = random.choice(foreign)[2] if foreign and random.random() < 0.2 else body
        new[int(number)] = alter_object(random, source)
    return data + _revision(random, data, new)


def alter_object(random: Random, body: bytes) -> bytes:
    """Change a value, a flag, a rectangle, a reference, or add a key; some of them nowhere to be found."""
    return random.choice((_alter_text, _alter_flag, _alter_rect, _alter_reference, _add_key))(random, body)


def _alter_text(random: Random, body: bytes) -> bytes:
    return _TEXT.sub(b"/V (" + random.choice(_LIES) + b")", body, count=1)


def _alter_flag(random: Random, body: bytes) -> bytes:
    new = str(random.choice((0, 1, 2, 3, 4, 32, 90, 8192)))
    return _FLAG.sub(lambda match: b"/" + match[1] + b" " + new.encode(), body, count=1)


def _alter_rect(random: Random, body: bytes) -> bytes:
    new = " ".join(str(random.randrange(600)) for _ in range(4)).encode()
    return _RECT.sub(lambda match: b"/" + match[1] + b" [" + new + b"]", body, count=1)


def _alter_reference(random: Random, body: bytes) -> bytes:
    found = list(_REFERENCE.finditer(body))
    if not found:
        return body
    one, two = random.choice(found), random.choice(found)
    number = two[1] if one != two else str(random.randrange(1, 200)).encode()
    return body[: one.start(1)] + number + body[one.end(1) :]


def _add_key(random: Random, body: bytes) -> bytes:
    return body.replace(b"<<", b"<< " + random.choice(_KEYS) + b" ", 1)


def _revision(random: Random, data: bytes, new: dict[int, bytes]) -> bytes:
    root, sizes = _ROOT.findall(data), [int(size) for size in _SIZE.findall(data)]
    before = [int(start) for start in _STARTXREF.findall(data)] or [0]
    start = b"" if data.endswith(b"\n") else b"\n"
    written, entries = bytearray(start), b""
    for number, body in sorted(new.items()):
        entries += b"%d 1\n%010d 00000 n \n" % (number, len(data) + len(written))
        written += b"%d 0 obj%sendobj\n" % (number, body)
    at = len(data) + len(written)
    trailer = b"<< /Size %d /Root %s 0 R /Prev %d >>" % (max(sizes, default=99), (root or [b"1"])[-1], before[-1])
    del random
    return bytes(written) + b"xref\n" + entries + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % at


def _swap(random: Random, data: bytes, pattern: re.Pattern[bytes], group: int) -> bytes:
    found = list(pattern.finditer(data))
    if len(found) < 2:
        return data
    first, second = sorted(random.sample(found, 2), key=re.Match[bytes].start)
    between = data[first.end(group) : second.start(group)]
    return data[: first.start(group)] + second[group] + between + first[group] + data[second.end(group) :]


def _renumber(random: Random, data: bytes, pattern: re.Pattern[bytes]) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    number = random.choice(found)
    return _renumber_within(random, data, number.start(1), number.end(1))


def _renumber_within(random: Random, data: bytes, start: int, end: int) -> bytes:
    """Write another number in the place of one, near it or any."""
    found = list(re.finditer(rb"\d+", data[start:end]))
    if not found:
        return data
    number = random.choice(found)
    near = max(0, int(number[0]) + random.choice((-1, 1, -10, 10)))
    new = str(random.choice((near, random.randrange(len(data)), 0))).encode()
    return data[: start + number.start()] + new + data[start + number.end() :]


def _ends(data: bytes) -> list[int]:
    return [match.end() for match in _END.finditer(data)]
