"""Plain: frozen records as the values that JSON knows, and back, strictly; what crosses a process border.

plain = to_plain(verdict)
from_plain(Verdict, json.loads(json.dumps(plain))) == verdict

Nothing is unpickled and nothing is guessed: a key too many or too few, a value of another kind, a word that is not on
the list, a time without a zone are all refused. The records' own annotations say what is due.
"""

import base64
import dataclasses
import datetime as dt
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
_ATOMS = (str, int, bool, float, types.NoneType)


def to_plain(value: object) -> Any:
    """Write a record, or what stands in one, as mappings, lists, texts, numbers; TypeError for what no JSON can say."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if type(value) in _ATOMS:
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot be written plainly")


def from_plain(kind: type[T], plain: object) -> T:
    """Read a record of a kind; raises ValueError for anything but exactly what `to_plain` writes of one."""
    return cast(T, read_plain(kind, plain))


def read_plain(kind: Any, plain: object) -> Any:
    """Read a value of a kind that need not be a record, as an annotation says it; raises ValueError."""
    return _read(kind, plain)


def _read(kind: Any, plain: object) -> object:
    if kind in _ATOMS:
        return _exactly(kind, plain)
    if kind is dt.datetime:
        return _moment(plain)
    if kind is bytes:
        return base64.b64decode(_exactly(str, plain), validate=True)
    if dataclasses.is_dataclass(kind):
        return _record(kind, plain)
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _word(inside, plain)
    if origin in (Union, types.UnionType):
        return _either(inside, plain)
    if origin in (tuple, frozenset):
        return _series(origin, inside, plain)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(inside[1], plain)
    raise TypeError(f"{kind} cannot be read plainly")


def _exactly(kind: type[T], plain: object) -> T:
    """Take a value of just this kind: no bool for a number, and no text that cannot be written."""
    if type(plain) is not kind:
        raise ValueError(f"{type(plain).__name__} where {kind.__name__} is due")
    if isinstance(plain, str):
        plain.encode()  # half of a surrogate pair is no text: UnicodeEncodeError is a ValueError
    return plain


def _moment(plain: object) -> dt.datetime:
    moment = dt.datetime.fromisoformat(_exactly(str, plain))
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _record(kind: Any, plain: object) -> object:
    hints = _hints(kind)
    if not isinstance(plain, dict) or plain.keys() != hints.keys():
        raise ValueError(f"not the keys of {kind.__name__}")
    return kind(**{name: _read(hint, plain[name]) for name, hint in hints.items()})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _word(known: tuple[object, ...], plain: object) -> object:
    if not any(type(plain) is type(word) and plain == word for word in known):
        raise ValueError("a word that is not on the list")
    return plain


def _either(kinds: tuple[Any, ...], plain: object) -> object:
    for kind in kinds:
        try:
            return _read(kind, plain)
        except ValueError:
            continue
    raise ValueError("none of the kinds that are due")


def _series(origin: type, inside: tuple[Any, ...], plain: object) -> object:
    items = _exactly(list, plain)
    if origin is frozenset or inside[-1] is Ellipsis:
        return origin(_read(inside[0], item) for item in items)
    return tuple(_read(kind, item) for kind, item in zip(inside, items, strict=True))


def _mapping(kind: Any, plain: object) -> Mapping[str, object]:
    return {_exactly(str, key): _read(kind, item) for key, item in _exactly(dict, plain).items()}
