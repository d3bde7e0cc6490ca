"""Asking the public sources, and laying what they answer in the inbox as ordinary deliveries. Reads no rows.

What a source answers is judged by the intake like any other delivery: the same facts again are a delivery that
changes nothing, and a revised or removed figure makes a new one.
"""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from assets.inbox import lay
from assets.workspace import Workspace
from sources.base import Fetched
from sources.bra import client as bra_client
from sources.kolada import client as kolada_client
from sources.kolada.client import NoValues
from sources.polite import Polite
from sources.scb import client as scb_client
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
    # A selection for each kommun, so that another set of kommuner next time takes nothing away.
    which = "eget" if question.kpi else "nyckeltal"
    kpi = question.kpi or None
    for kommun in question.kommuner:
        name = f"{which}_{kommun}"
        yield from kolada_client.fetch(
            polite, kommuner=[kommun], years=question.years, kpi=kpi, regioner=False, riket=False, urval=name
        )
    with suppress(NoValues):  # some nyckeltal are for kommuner only
        yield from kolada_client.fetch(polite, kommuner=[], years=question.years, kpi=kpi, urval=f"{which}_riket")


def _scb(polite: Polite, question: Question) -> Iterator[Fetched]:
    # All kommuner: the check that every kommun is there needs them, and it is one question a year.
    return scb_client.fetch(polite, years=question.years, by_age=question.by_age)


def _bra(polite: Polite, question: Question) -> Iterator[Fetched]:
    ids = [b.brott_id for b in brottstyper().values() if b.periodtyp == "ar"]
    for found in bra_client.fetch(polite, kommuner=question.kommuner, perioder=question.years, brott_ids=ids):
        yield replace(found, slip={**found.slip, "urval": "databas_ar"})


@dataclass(frozen=True, slots=True)
class _Way:
    title: str
    ask: Callable[[Polite, Question], Iterator[Fetched]]
    per_second: float
    cached: bool
    whole: bool
    """Whether an answer for all years is all that the source holds: then what is gone there goes here too."""


WAYS: Mapping[str, _Way] = MappingProxyType(
    {
        "kolada": _Way("Kolada", _kolada, 4, cached=True, whole=True),
        "scb": _Way("SCB", _scb, 2, cached=True, whole=False),
        # It keeps what is asked in a session: slowly, and nothing from a cache.
        "bra": _Way("Brås statistikdatabas", _bra, 1, cached=False, whole=True),
    }
)
"""The sources that can be asked."""

FRESH = 6 * 3600.0
"""Seconds that an answer is used again: asking twice on a day costs the source nothing."""


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
        way = WAYS[name]
        cache = ws.home / "cache" / name if way.cached else None
        try:
            with Polite(
                ws.addresses[name], per_second=way.per_second, kalla=way.title, cache=cache, fresh_seconds=FRESH
            ) as polite:
                for found in way.ask(polite, question):
                    slip = {"uttagsdatum": ws.today().isoformat(), **found.slip}
                    if way.whole and not years:
                        slip = {k: v for k, v in slip.items() if k != "period"} | {"omfang": "helbild"}
                    files.append(lay(ws.inbox, found.filnamn, found.content, slip))
        except UserError:
            raise
        except KvinnofridError as error:
            done.failed[name] = str(error)
            if cache is not None:  # what could not be used is not to be used again
                shutil.rmtree(cache, ignore_errors=True)
    return done


def _delivering(ws: Workspace) -> tuple[str, ...]:
    with ws.database.begin() as conn:
        return tuple(namnder(conn))
