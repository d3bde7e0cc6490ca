"""Asking the public sources, and laying what they answer in the inbox as ordinary deliveries. Reads no rows.

What a source answers is judged by the intake like any other delivery: the same facts again are a delivery that
changes nothing, and a revised or removed figure makes a new one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from assets.inbox import lay
from assets.workspace import Workspace
from sources import bra_client, kolada_client, scb_client
from sources.base import Fetched
from sources.polite import Polite
from warehouse.contracts.errors import KvinnofridError, UserError
from warehouse.contracts.reference import brottstyper
from warehouse.reading import namnder


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a source: kommuner and calendar years."""

    kommuner: tuple[str, ...]
    years: tuple[int, ...]
    kpi: tuple[str, ...] = ()
    by_age: bool = False


@dataclass(slots=True)
class Answered:
    """What came of asking: files laid in the inbox by source, and why a source gave none (or not all)."""

    files: dict[str, list[Path]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def _kolada(polite: Polite, question: Question) -> Iterator[Fetched]:
    return kolada_client.fetch(polite, kommuner=question.kommuner, years=question.years, kpi=question.kpi or None)


def _scb(polite: Polite, question: Question) -> Iterator[Fetched]:
    # All kommuner: the check that every kommun is there needs them, and it is one question a year.
    return scb_client.fetch(polite, years=question.years, by_age=question.by_age)


def _bra(polite: Polite, question: Question) -> Iterator[Fetched]:
    ids = [b.brott_id for b in brottstyper().values() if b.periodtyp == "ar"]
    return bra_client.fetch(polite, kommuner=question.kommuner, perioder=question.years, brott_ids=ids)


@dataclass(frozen=True, slots=True)
class _Way:
    ask: Callable[[Polite, Question], Iterator[Fetched]]
    per_second: float


WAYS: Mapping[str, _Way] = MappingProxyType({"kolada": _Way(_kolada, 4), "scb": _Way(_scb, 2), "bra": _Way(_bra, 1)})
"""The sources that can be asked. The database of BRÅ keeps what is asked in a session, so it is asked slowly."""


def fetch(
    ws: Workspace,
    sources: Collection[str],
    *,
    kommuner: Collection[str] = (),
    years: Collection[int] = (),
    kpi: Collection[str] = (),
    by_age: bool = False,
    tell: Callable[[str], None] = lambda _text: None,
) -> Answered:
    """Ask the sources in turn; one that fails never costs another.

    Without ``kommuner`` those are asked for that have delivered records, without ``years`` all counted years that are
    over.

    Raises:
        UserError: A source is not known or has no address, or there is no kommun to ask for.
    """
    ws.make_folders()
    asked = tuple(sorted(kommuner)) or _delivering(ws)
    span = tuple(sorted(years)) or tuple(y for y in ws.years if y < ws.today().year)
    question = Question(asked, span, tuple(kpi), by_age)
    for name in sources:
        if name not in WAYS:
            raise UserError(f"Källan {name} kan inte hämtas. Välj bland: {', '.join(WAYS)}.")
        if not ws.addresses.get(name):
            raise UserError(f"Adressen till {name} är inte känd. Ange den i KVINNOFRID_{name.upper()}_URL.")
        if not asked and name != "scb":
            raise UserError("Ange minst en kommun (--kommun 0114): än har ingen levererat egna uppgifter.")
    done = Answered()
    for name in sources:
        tell(f"Frågar {name}")
        files = done.files.setdefault(name, [])
        try:
            with Polite(ws.addresses[name], per_second=WAYS[name].per_second) as polite:
                for found in WAYS[name].ask(polite, question):
                    slip = {"uttagsdatum": ws.today().isoformat(), **found.slip}
                    files.append(lay(ws.inbox, found.filnamn, found.content, slip))
        except UserError:
            raise
        except KvinnofridError as error:
            done.failed[name] = str(error)
    return done


def _delivering(ws: Workspace) -> tuple[str, ...]:
    with ws.database.begin() as conn:
        return tuple(namnder(conn))
