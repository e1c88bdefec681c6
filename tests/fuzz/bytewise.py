"""Alterations of bytes and tokens: whatever stands there, without regard for what it is."""

import re
from random import Random

_TOKEN = re.compile(rb"/[A-Za-z0-9_.]{1,30}|(?<![\w.])\d{1,9}(?![\w.])")
_NUMBER = re.compile(rb"(?<![\w.])\d{1,9}(?![\w.])")
_WORDS = (
    b"%%EOF\n",
    b"endobj\n",
    b"null ",
    b"<<>>",
    b"[]",
    b"/V (1)",
    b"/AP null",
    b"/F 2",
    b"% a comment\n",
    b"\x00",
    b"\r",
    b" ",
    b"startxref\n0\n%%EOF\n",
    b"xref\n0 0\ntrailer\n<<>>\n",
)
_LONGEST = 64


def flip_bits(random: Random, data: bytes) -> bytes:
    altered = bytearray(data)
    for _ in range(random.randint(1, 4)):
        altered[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(altered)


def overwrite(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    new = random.randbytes(random.randint(1, 8))
    return data[:at] + new + data[at + len(new) :]


def insert(random: Random, data: bytes) -> bytes:
    at = random.choice((random.randrange(len(data)), len(data), 0, *_ends(data)))
    new = random.choice((random.choice(_WORDS), random.randbytes(random.randint(1, 16))))
    return data[:at] + new + data[at:]


def delete(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randint(1, _LONGEST) :]


def repeat(random: Random, data: bytes) -> bytes:
    at, to = random.randrange(len(data)), random.randrange(len(data))
    return data[:to] + data[at : at + random.randint(1, _LONGEST)] + data[to:]


def truncate(random: Random, data: bytes) -> bytes:
    return data[: random.choice((random.randrange(len(data)), *_ends(data)))]


def swap_tokens(random: Random, data: bytes) -> bytes:
    """Put two tokens in each other's place."""
    found = list(_TOKEN.finditer(data))
    if len(found) < 2:
        return data
    first, second = sorted(random.sample(found, 2), key=re.Match[bytes].start)
    between = data[first.end() : second.start()]
    return data[: first.start()] + second[0] + between + first[0] + data[second.end() :]


def change_number(random: Random, data: bytes) -> bytes:
    """Write another number of as many digits, so that nothing after it moves."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    number = random.choice(found)
    new = str(random.randrange(10 ** len(number[0]))).rjust(len(number[0]), "0").encode()
    return data[: number.start()] + new + data[number.end() :]


def _ends(data: bytes) -> list[int]:
    return [match.end() for match in re.finditer(rb"%%EOF\n?", data)]
