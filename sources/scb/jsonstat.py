"""json-stat2, the form of PxWeb's answers: bytes to a cube of text values, and back to the same bytes each time.

What the dimensions and codes mean is their reader's matter (``sources.scb``). Form: json-stat.org, as SCB's PxWeb 2
writes it: ``category.index`` a list or an object, ``value`` a list or an object with only the cells that have one.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sources.base import Unreadable
from sources.readers import BLANKS, decode
from warehouse.contracts.delivery import Fault

MAX_CELLS = 5_000_000
"""More than fifteen years of all kommuner by age in years and sex; a larger table is refused before it is built."""
_MAX_DIMENSIONS = 50


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension: its codes in the order of the cube, each with its label (the code where it has none)."""

    id: str
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Cube:
    """A table: ``values`` row-major over the dimensions (the last one runs fastest), as text, None where none is given.

    A value that is text in the file stays as it is, for validation to judge. ``status`` holds the source's marks
    (``..``, ``-``) by the value's position from 0.
    """

    dimensions: tuple[Dimension, ...]
    values: Sequence[str | None]
    status: Mapping[int, str] = field(default_factory=dict)
    label: str = ""
    time: tuple[str, ...] = ()
    """Ids of the dimensions that the file says are time."""
    metric: tuple[str, ...] = ()
    """Ids of the dimensions that the file says are what is measured."""


class _Twice(ValueError):
    """The same name twice in a JSON object: the json module would silently keep the last."""


def read_jsonstat(content: bytes) -> Cube:
    """The cube of a json-stat2 dataset.

    Raises:
        Unreadable: ``json_fel``, ``jsonstat_fel``, ``jsonstat_antal``, ``jsonstat_dubbelt``, ``jsonstat_stor`` (with
            the json-stat key or the dimension's number as ``kolumn``), or what ``readers.decode`` finds in the bytes.
    """
    return cube_of(parse_json(content))


def cube_of(data: Any) -> Cube:
    """The cube of json-stat2 that is parsed already. Raises as ``read_jsonstat``."""
    dimensions = dimensions_of(data)
    cells = math.prod(len(d.codes) for d in dimensions)
    if cells > MAX_CELLS:
        _refuse("jsonstat_stor", "size")
    ids = [d.id for d in dimensions]
    return Cube(
        dimensions=dimensions,
        values=_values(data.get("value"), cells),
        status=_status(data.get("status"), cells),
        label=data["label"] if isinstance(data.get("label"), str) else "",
        time=_role(data, "time", ids),
        metric=_role(data, "metric", ids),
    )


def dimensions_of(data: Any) -> tuple[Dimension, ...]:
    """The dimensions alone, all that a table's metadata has. Raises as ``read_jsonstat``."""
    if not isinstance(data, dict) or data.get("class", "dataset") != "dataset":
        _refuse("jsonstat_fel", "class")
    if not str(data.get("version", "")).startswith("2."):
        _refuse("jsonstat_fel", "version")
    ids, size = _shape(data)
    named = data.get("dimension")
    if not isinstance(named, dict) or set(named) != set(ids):
        _refuse("jsonstat_fel", "dimension")
    return tuple(_dimension(i, name, named[name], size[i]) for i, name in enumerate(ids))


def parse_json(content: bytes) -> Any:
    """JSON without its traps: cut files, NaN, the same name twice, numbers or nesting beyond reason.

    Raises:
        Unreadable: ``json_fel``, ``jsonstat_dubbelt``, ``tom_fil``, or what ``readers.decode`` finds.
    """
    text = decode(content)
    if not text.strip(BLANKS):
        raise Unreadable(Fault("tom_fil"))
    try:
        return json.loads(text.strip(BLANKS), object_pairs_hook=_once, parse_constant=_no_constant)
    except _Twice:
        _refuse("jsonstat_dubbelt", "JSON")
    except (ValueError, RecursionError):
        _refuse("json_fel")


def write_jsonstat(cube: Cube) -> bytes:
    """The cube as json-stat2: the same cube gives the same bytes. Index as object and values as list, as SCB does."""
    marked = {str(i): cube.status[i] for i in sorted(cube.status)}
    role = {name: list(ids) for name, ids in (("time", cube.time), ("metric", cube.metric)) if ids}
    data = {
        "version": "2.0",
        "class": "dataset",
        "label": cube.label,
        "role": role,
        "id": [d.id for d in cube.dimensions],
        "size": [len(d.codes) for d in cube.dimensions],
        "dimension": {
            d.id: {
                "label": d.label,
                "category": {
                    "index": {code: i for i, code in enumerate(d.codes)},
                    "label": dict(zip(d.codes, d.labels, strict=True)),
                },
            }
            for d in cube.dimensions
        },
        "value": [_plain(value) for value in cube.values],
    }
    data |= {"status": marked} if marked else {}
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


def _plain(value: str | None) -> int | str | None:
    """Whole numbers as numbers; any other text as text, so that nothing changes on the way."""
    return int(value) if value is not None and _is_whole(value) else value


def _is_whole(value: str) -> bool:
    return value.isascii() and value.removeprefix("-").isdigit() and len(value) < 16 and str(int(value)) == value


def _refuse(regel: str, kolumn: str | None = None) -> NoReturn:
    raise Unreadable(Fault(regel, kolumn=kolumn)) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _shape(data: dict[str, Any]) -> tuple[list[str], list[int]]:
    """``id`` and ``size``, judged together: a table without cells is no table."""
    ids, size = data.get("id"), data.get("size")
    if not isinstance(ids, list) or not ids or len(ids) > _MAX_DIMENSIONS or not all(isinstance(i, str) for i in ids):
        _refuse("jsonstat_fel", "id")
    if len(set(ids)) != len(ids):
        _refuse("jsonstat_dubbelt", "id")
    if not isinstance(size, list) or len(size) != len(ids) or not all(_is_count(n) and n for n in size):
        _refuse("jsonstat_fel", "size")
    return ids, size


def _dimension(number: int, name: str, stated: object, size: int) -> Dimension:
    """One dimension. Faults name it by its number: what a strange file calls it is not ours to repeat."""
    place = f"dimension {number + 1}"
    category = stated.get("category") if isinstance(stated, dict) else None
    if not isinstance(category, dict) or not isinstance(stated, dict):
        _refuse("jsonstat_fel", place)
    labels = category.get("label", {})
    if not isinstance(labels, dict) or not all(isinstance(text, str) for text in labels.values()):
        _refuse("jsonstat_fel", place)
    index = category.get("index", list(labels) if len(labels) == 1 else None)
    if isinstance(index, dict):
        codes = _ordered(index, place)
    elif isinstance(index, list) and all(isinstance(code, str) for code in index):
        codes = index
    else:
        _refuse("jsonstat_fel", place)
    if len(set(codes)) != len(codes):
        _refuse("jsonstat_dubbelt", place)
    if len(codes) != size:
        _refuse("jsonstat_antal", place)
    if not set(labels) <= set(codes):
        _refuse("jsonstat_fel", place)
    label = stated.get("label")
    return Dimension(
        name, tuple(codes), tuple(labels.get(c, c) for c in codes), label if isinstance(label, str) else ""
    )


def _ordered(index: dict[str, Any], place: str) -> list[str]:
    """The codes in the order that their positions give: each position from 0 once, without gaps."""
    if not all(_is_count(position) for position in index.values()):
        _refuse("jsonstat_fel", place)
    if len(set(index.values())) != len(index):
        _refuse("jsonstat_dubbelt", place)
    if sorted(index.values()) != list(range(len(index))):
        _refuse("jsonstat_fel", place)
    return sorted(index, key=lambda code: index[code])


def _values(stated: object, cells: int) -> list[str | None]:
    if isinstance(stated, list):
        if len(stated) != cells:
            _refuse("jsonstat_antal", "value")
        return [_text(value) for value in stated]
    if not isinstance(stated, dict):
        _refuse("jsonstat_fel", "value")
    values: list[str | None] = [None] * cells
    for position, value in stated.items():
        values[_position(position, cells, "value")] = _text(value)
    return values


def _position(key: str, cells: int, name: str) -> int:
    if not _is_whole(key):
        _refuse("jsonstat_fel", name)
    position = int(key)
    if not 0 <= position < cells:
        _refuse("jsonstat_antal", name)
    return position


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        _refuse("jsonstat_fel", "value")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)


def _status(stated: object, cells: int) -> dict[int, str]:
    """By position: json-stat allows one mark for all cells, a list, or an object with those that have one."""
    if stated is None:
        return {}
    if isinstance(stated, str):
        return dict.fromkeys(range(cells), stated) if stated else {}
    if isinstance(stated, list):
        if len(stated) not in {1, cells}:
            _refuse("jsonstat_antal", "status")
        marks: list[tuple[int, object]] = list(enumerate(stated * cells if len(stated) == 1 else stated))
    elif isinstance(stated, dict):
        marks = [(_position(key, cells, "status"), mark) for key, mark in stated.items()]
    else:
        _refuse("jsonstat_fel", "status")
    if not all(mark is None or isinstance(mark, str) for _, mark in marks):
        _refuse("jsonstat_fel", "status")
    return {position: mark for position, mark in marks if isinstance(mark, str) and mark}


def _role(data: dict[str, Any], name: str, ids: list[str]) -> tuple[str, ...]:
    role = data.get("role", {})
    found = role.get(name, []) if isinstance(role, dict) else None
    if not isinstance(found, list) or not all(item in ids for item in found):
        _refuse("jsonstat_fel", "role")
    return tuple(found)
