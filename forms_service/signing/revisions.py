"""Revisions: a file taken apart into what was appended when, with every object readable as of every revision.

history = History(pdf)
history.revisions[2].numbers            # the objects that the third revision wrote
history.value(17, 1)                    # object 17 as it stood after the second

Every object is parsed once, whatever the number of revisions. Nothing is repaired: what does not fit raises Malformed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms_service.signing.crossrefs import Entry, Section, inflate, read_sections
from forms_service.signing.syntax import (
    Malformed,
    NameTable,
    PdfDict,
    PdfValue,
    Placed,
    Ref,
    Stream,
    finish_stream,
    read_indirect,
    read_value,
)

_LONGEST_CHAIN = 20
_MOST_REVISIONS = 200
_MOST_KNOWN = 5_000_000  # objects, summed over the revisions that know them: each revision keeps a table of all
_BLANK = re.compile(rb"[\x00\t\n\x0c\r ]*+")
_COMMENT = re.compile(rb"%[^\r\n]*+")
_BLANK_OR_COMMENT = re.compile(rb"(?:[\x00\t\n\x0c\r ]++|%[^\r\n]*+)*+")


@dataclass(frozen=True, slots=True)
class Revision:
    """What one save appended: bytes `start` to `end`, `eof` being behind its `%%EOF`.

    `written` are the entries it gives and did not hold before, `known` all that hold after it; `numbers` are the
    objects that it wrote or freed (number 0 heads the list of free ones and is none). `trailer` is its own, without
    earlier ones.
    """

    index: int
    start: int
    eof: int
    end: int
    written: Mapping[int, Entry]
    numbers: frozenset[int]
    known: Mapping[int, Entry]
    trailer: PdfDict
    sections: tuple[Section, ...]


class History:
    """A PDF file by its revisions, the oldest first."""

    def __init__(self, data: bytes) -> None:
        """Take the file apart; raises Malformed when its structure leaves anything to guess."""
        if not data.startswith(b"%PDF-"):
            raise Malformed("文件不是以「%PDF-」开头：前面加了别的内容", check=1)
        self.data = data
        self.names: NameTable = {}
        self._placed: dict[int, Placed] = {}
        self._parts: dict[tuple[int, int], tuple[int, PdfValue]] = {}
        self._referred: list[frozenset[int]] = []
        self._named: dict[int, set[tuple[int, str]]] | None = None
        self.revisions = _to_revisions(read_sections(data, self.names))
        _require_nesting(self.revisions)

    @property
    def last(self) -> int:
        """The index of the newest revision."""
        return len(self.revisions) - 1

    def root(self, revision: int) -> PdfDict:
        """Return the catalog as of a revision."""
        return self.dictionary(self.revisions[revision].trailer.get("/Root"), revision)

    def value(self, number: int, revision: int) -> PdfValue:
        """Return an object as of a revision; None when there is none (ISO 32000-2, 7.3.10)."""
        entry = self.revisions[revision].known.get(number)
        if entry is None or entry.kind == "f":
            return None
        if entry.kind == "s":
            return self._part(number, entry, revision)
        return self.placed(number, revision).value

    def placed(self, number: int, revision: int) -> Placed:
        """Return an object that lies in the file itself, with its bytes' place. Raises Malformed for any other."""
        entry = self.revisions[revision].known.get(number)
        if entry is None or entry.kind != "n":
            raise Malformed(f"对象 {number} 不直接在文件里")
        placed = self._placed.get(entry.where)
        if placed is None:
            placed = self._placed[entry.where] = self._read(entry.where, revision)
        if placed.number != number or placed.generation != entry.which:
            raise Malformed(f"交叉引用表说对象 {number} 在第 {entry.where} 字节，那里却是对象 {placed.number}")
        return placed

    def resolve(self, value: PdfValue, revision: int) -> PdfValue:
        """Follow a reference to what it names."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(value, Ref):
                return value
            entry = self.revisions[revision].known.get(value.number)
            if entry is not None and entry.kind == "n" and entry.which != value.generation:
                return None
            value = self.value(value.number, revision)
        raise Malformed("对象引用连成了圈")

    def dictionary(self, value: PdfValue, revision: int) -> PdfDict:
        """Follow a reference to a dictionary, or a stream's; an empty one when it is anything else."""
        found = self.resolve(value, revision)
        if isinstance(found, Stream):
            return found.dictionary
        return found if isinstance(found, dict) else {}

    def array(self, value: PdfValue, revision: int) -> tuple[PdfValue, ...]:
        """Follow a reference to an array; an empty one when it is anything else."""
        found = self.resolve(value, revision)
        return found if isinstance(found, tuple) else ()

    def written(self, revision: int) -> Iterator[tuple[int, PdfValue]]:
        """Read every object that a revision wrote. Raises Malformed."""
        for number in sorted(self.revisions[revision].numbers):
            yield number, self.value(number, revision)

    def blank(self, start: int, end: int) -> bool:
        """Say whether nothing but white space stands between two offsets."""
        gap = _BLANK.match(self.data, start, end)
        return gap is not None and gap.end() == end

    def referred(self, revision: int) -> frozenset[int]:
        """Number every object that anything written up to a revision refers to, whether it exists or not."""
        while len(self._referred) <= revision:
            place = len(self._referred)
            written = [number for _, value in self.written(place) for number in refs_in(value)]
            before = self._referred[-1] if self._referred else frozenset()
            self._referred.append(before.union(written, refs_in(self.revisions[place].trailer)))
        return self._referred[revision]

    def named_by(self, number: int) -> frozenset[tuple[int, str]]:
        """Name what refers to an object in anything that the file ever held: the referring object and its key.

        What stands in a list of its own is named by what refers to the list. The trailer has number 0.
        """
        if self._named is None:
            self._named = _keys_by_target(self)
        found: set[tuple[int, str]] = set()
        seen, open_ends = {number}, [number]
        while open_ends:
            for holder, key in self._named.get(open_ends.pop(), ()):
                if key:
                    found.add((holder, key))
                elif holder not in seen:
                    seen.add(holder)
                    open_ends.append(holder)
        return frozenset(found)

    def strangers(self, revision: int) -> tuple[tuple[int, int], ...]:
        """List the stretches of a revision's bytes that belong to no object it lists: hidden content.

        Comments count as nothing in the first revision only. Call it after the objects were read.
        """
        of = self.revisions[revision]
        spans = sorted([*self._spans(of), *((s.offset, s.after) for s in of.sections)])
        blank = _BLANK_OR_COMMENT if revision == 0 else _BLANK
        found, at = [], of.start
        for start, end in [*spans, (of.end, of.end)]:
            if start < at:
                raise Malformed(f"第 {start} 字节处的两个对象叠在一起")
            gap = blank.match(self.data, at, start)
            if gap is None or gap.end() != start:
                found.append((at, start))
            at = end
        return tuple(found)

    def _spans(self, revision: Revision) -> Iterator[tuple[int, int]]:
        for number, entry in revision.written.items():
            if entry.kind == "n" and number not in {section.stream for section in revision.sections}:
                placed = self.placed(number, revision.index)
                yield placed.start, placed.end

    def _read(self, at: int, revision: int) -> Placed:
        found = read_indirect(self.data, at, self.names)
        if isinstance(found, Placed):
            return found
        length = found.dictionary.get("/Length")
        if isinstance(length, Ref) and length.number == found.number:
            raise Malformed(f"对象 {found.number} 的长度写成了它自己")
        return finish_stream(self.data, found, self.resolve(length, revision))

    def _part(self, number: int, entry: Entry, revision: int) -> PdfValue:
        key = (self.revisions[revision].known.get(entry.where, entry).where, number)
        if key not in self._parts:
            for place, (part, value) in enumerate(self._unpack(entry.where, revision)):
                self._parts[(key[0], part)] = place, value
        place, value = self._parts.get(key, (-1, None))
        if place != entry.which:  # some programs go by the number, others by the place
            raise Malformed(f"对象流 {entry.where} 里的第 {entry.which} 个不是对象 {number}")
        return value

    def _unpack(self, container: int, revision: int) -> Iterator[tuple[int, PdfValue]]:
        stream = self.placed(container, revision).value
        if not isinstance(stream, Stream) or stream.dictionary.get("/Type") != "/ObjStm":
            raise Malformed(f"对象 {container} 应是对象流，却不是")
        plain, first, count = inflate(stream), stream.dictionary.get("/First"), stream.dictionary.get("/N")
        if not isinstance(first, int) or not isinstance(count, int) or not 0 <= count <= len(plain):
            raise Malformed(f"对象流 {container} 的目录不对")
        words = _COMMENT.sub(b" ", plain[:first]).split()
        if len(words) != 2 * count or not all(word.isdigit() for word in words):
            raise Malformed(f"对象流 {container} 的目录不对")
        seen: set[int] = set()
        for part, offset in zip(map(int, words[::2]), map(int, words[1::2]), strict=True):
            if part in seen:
                raise Malformed(f"对象 {part} 在对象流 {container} 里出现了两次")
            seen.add(part)
            yield part, read_value(plain, first + offset, self.names)[0]


def refs_in(value: PdfValue) -> Iterator[int]:
    """Yield the number of every object that a value refers to, repetitions included."""
    if isinstance(value, Ref):
        yield value.number
    elif isinstance(value, Stream):
        yield from refs_in(value.dictionary)
    elif isinstance(value, dict):
        for item in value.values():
            yield from refs_in(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from refs_in(item)


def reached(history: History, revision: int, value: PdfValue) -> Iterator[int]:
    """Number every object that a value leads to as of a revision, each once."""
    seen: set[int] = set()
    open_ends = list(refs_in(value))
    while open_ends:
        number = open_ends.pop()
        if number not in seen:
            seen.add(number)
            yield number
            open_ends.extend(refs_in(history.value(number, revision)))


def _keys_by_target(history: History) -> dict[int, set[tuple[int, str]]]:
    """Note for each object what refers to it, under which key; "" for a list that is an object of its own."""
    found: dict[int, set[tuple[int, str]]] = {}
    for revision in history.revisions:
        tables = {section.stream for section in revision.sections}
        trailers = ((0, section.trailer) for section in revision.sections)
        written = ((number, value) for number, value in history.written(revision.index) if number not in tables)
        for number, value in (*trailers, *written):
            for key, target in _keyed("", value):
                found.setdefault(target, set()).add((number, key))
    return found


def _keyed(key: str, value: PdfValue) -> Iterator[tuple[str, int]]:
    if isinstance(value, Ref):
        yield key, value.number
    elif isinstance(value, tuple):
        for item in value:
            yield from _keyed(key, item)
    elif isinstance(value, Stream):
        yield from _keyed(key, value.dictionary)
    elif isinstance(value, dict):
        for own, item in value.items():
            yield from _keyed(own, item)


def _to_revisions(sections: tuple[Section, ...]) -> tuple[Revision, ...]:
    groups: list[tuple[Section, ...]] = [(section,) for section in sections]
    if len(groups) > 1 and sections[0].offset > sections[1].offset:  # linearised: one save in two sections
        groups[:2] = [sections[:2]]
    if len(groups) > _MOST_REVISIONS:
        raise Malformed(f"文件存过 {len(groups)} 次，最多只查 {_MOST_REVISIONS} 次")
    revisions: list[Revision] = []
    known: dict[int, Entry] = {}
    for group in groups:
        listed = {number: entry for section in group for number, entry in section.entries.items()}
        written = {number: entry for number, entry in listed.items() if not _repeated(entry, known.get(number))}
        if (len(known) + len(written)) * len(groups) > _MOST_KNOWN:
            raise Malformed(f"文件的对象与保存次数之积超过 {_MOST_KNOWN}")
        known = known | written
        last = max(group, key=lambda section: section.after)
        start = revisions[-1].end if revisions else 0
        numbers, trailer = frozenset(written) - {0}, group[-1].trailer
        revisions.append(Revision(len(revisions), start, last.eof, last.after, written, numbers, known, trailer, group))
    return tuple(revisions)


def _repeated(entry: Entry, earlier: Entry | None) -> bool:
    """Say whether an entry only tells again where an object has been all along, as LibreOffice's tables do.

    One in an object stream is not taken for such: the stream itself may have been written anew.
    """
    return entry == earlier and entry.kind != "s"


def _require_nesting(revisions: tuple[Revision, ...]) -> None:
    for revision in revisions:
        newest = revision.sections[-1].offset
        expected = {newest} if len(revision.sections) == 1 else {newest, 0, None}
        if max(revision.sections, key=lambda section: section.after).startxref != newest:
            raise Malformed("交叉引用表后面没有指向它的「startxref … %%EOF」")
        for section in revision.sections:
            if not revision.start <= section.offset < section.end <= revision.end:
                raise Malformed("各次保存的内容没有一层接一层地排列")
            if section.startxref not in expected:
                raise Malformed(f"第 {section.end} 字节后的 startxref 没有指向它前面的交叉引用表")
        for number, entry in revision.written.items():
            if entry.kind == "n" and not revision.start <= entry.where < revision.eof:
                raise Malformed(f"对象 {number} 的位置（{entry.where}）不在写它的那次保存里")
