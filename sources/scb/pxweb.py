"""PxWeb 2, SCB's way to its tables: the server's limits, what a table can be asked for, questions and answers.

Knows nothing of population; that is ``sources.scb.client``. HTTP itself is ``sources.polite``'s. The form is that of
PxWeb 2.2 as seen in SCB's answers (config, metadata, data and a codelist); the body of a posted question is as other
clients of the same server write it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote, urlencode

from sources.base import Unreadable
from sources.polite import Polite, Unavailable
from sources.scb.jsonstat import Cube, Dimension, cube_of, dimensions_of
from warehouse.contracts.faults import explain

LONGEST_ADDRESS = 2_000
"""Characters of an address after the server's base; a longer question is posted. Servers cut at about 2 100."""

T = TypeVar("T")
Selection = dict[str, list[str]]
"""Dimension to the codes asked for."""

_LANGUAGE = {"lang": "sv"}
_THEN = "Källan kan ha ändrat formen; då behöver hämtningen rättas. Ingenting av det har hämtats."


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server allows: cells an answer, and calls in a window of seconds (0: no limit)."""

    cells: int
    calls: int
    window: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table by its metadata."""

    id: str
    dimensions: Mapping[str, Dimension]
    optional: frozenset[str]
    """Dimensions that may be left out of a question; the answer is then of all of it."""


class Server:
    """PxWeb 2: asks at the rate that it allows, and turns answers that are not understood into words."""

    def __init__(self, polite: Polite, sleep: Callable[[float], None]) -> None:
        self._polite, self._sleep = polite, sleep
        self._gap = 0.0
        self.limits = self._limits()
        self._gap = self.limits.window / self.limits.calls if self.limits.calls else 0.0

    def _limits(self) -> Limits:
        config = self.json("config")
        names = ("maxDataCells", "maxCallsPerTimeWindow", "timeWindow")
        found = [config.get(name) for name in names] if isinstance(config, dict) else []
        numbers = [n for n in found if isinstance(n, int) and not isinstance(n, bool) and n >= 0]
        if len(numbers) != len(names) or not numbers[0]:
            changed("inställningar (config)")
        return Limits(*numbers)

    def json(self, path: str) -> Any:
        """One question, after the pause that the server's limit means."""
        self._sleep(self._gap)
        return self._polite.json(path)

    def table(self, table: str) -> Table:
        """What a table can be asked for."""
        data = self.json(f"tables/{table}/metadata?{urlencode(_LANGUAGE)}")
        found = {d.id: d for d in understood(table, partial(dimensions_of, data))}
        optional = {
            name
            for name in found
            if isinstance(extension := data["dimension"][name].get("extension"), dict)
            and extension.get("elimination") is True
        }
        return Table(table, found, frozenset(optional))

    def codelist(self, name: str) -> Dimension:
        """The codes of a codelist with their labels, as a dimension of that name."""
        data = self.json(f"codelists/{quote(name)}?{urlencode(_LANGUAGE)}")
        values = data.get("values") if isinstance(data, dict) else None
        pairs = [(v.get("code"), v.get("label")) for v in values or () if isinstance(v, dict)]
        known = [(code, label) for code, label in pairs if isinstance(code, str) and isinstance(label, str)]
        if not known or len(known) != len(pairs):
            changed("kodlistans koder")
        return Dimension(name, tuple(code for code, _ in known), tuple(label for _, label in known))

    def data(self, table: str, selection: Selection, codelists: Mapping[str, str] = MappingProxyType({})) -> Cube:
        """One answer; posted where the address would be too long. ``codelists`` are by dimension."""
        form = _LANGUAGE | {"outputFormat": "json-stat2"}
        said = {f"valueCodes[{name}]": ",".join(chosen) for name, chosen in selection.items()}
        said |= {f"codelist[{name}]": codelist for name, codelist in codelists.items()}
        address = f"tables/{table}/data?{urlencode(form | said)}"
        if len(address) <= LONGEST_ADDRESS:
            answer = self.json(address)
        else:
            body = [
                {"variableCode": name, "valueCodes": chosen}
                | ({"codelist": codelists[name]} if name in codelists else {})
                for name, chosen in selection.items()
            ]
            self._sleep(self._gap)
            answer = self._polite.post_json(f"tables/{table}/data?{urlencode(form)}", json={"selection": body})
        return understood(table, partial(cube_of, answer))


def understood(table: str, made: Callable[[], T]) -> T:
    """What ``made`` gives; where it refuses an answer, the same as words about the source."""
    try:
        return made()
    except Unreadable as refused:
        fault = refused.faults[0]
        fel, _ = explain(fault.regel, fault.kolumn)
    raise Unavailable(f"SCB svarade om tabell {table} med något som inte går att läsa: {fel} {_THEN}")


def changed(what: str) -> NoReturn:
    """The source's form is not what it was. ``what`` is our own words, never the answer's."""
    raise Unavailable(f"SCB:s svar saknar det väntade: {what}. {_THEN}")
