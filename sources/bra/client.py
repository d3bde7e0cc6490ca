"""Fetches reported offences from BRÅ's statistics database, which has no API: a session, a form, a page of figures.

Seen in clients for it: the addresses below the base, the cookie session opened by ``start``, the fields of the form,
ids joined with ``*`` (a comma loses all but one without a word), at most 10 000 figures a query, ISO-8859-1, and an
error page that says ``Fel/Error``. Menu 101 is kommun by year, 90 kommun by month and quarter. Assumed: that a search
answers with every chosen cell; an answer that does not is refused, never filled in.

The base address (it ends in ``/action/``) has no default: who runs this says where to ask. Give ``Polite`` no cache,
since the same address answers differently in the course of a session.
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree, html

from sources.base import Fetched, Unreadable
from sources.bra import database as bra_database
from sources.bra.form import Form, read_form
from sources.bra.rows import AVSANDARE, Row
from sources.figures import span
from sources.polite import Polite, Unavailable
from warehouse.contracts.delivery import Fault
from warehouse.contracts.errors import UserError
from warehouse.contracts.reference import bra_regioner, brottstyper, kommuner

BY_YEAR, BY_MONTH = 101, 90
"""Menus of the database: kommun by year, kommun by month and quarter."""
MOST_FIGURES = 10_000
"""Figures in one query; the two measures count."""

_HEADER = ("kommunkod", "period", "periodtyp", "brott_id", "antal", "per_100000_inv")
_PERIODTYP = {"ar": "År", "manad": "Månad", "kvartal": "Kvartal"}
_KALLA = "Brås statistikdatabas"


@dataclass(frozen=True, slots=True)
class _Query:
    regions: tuple[str, ...]
    crimes: tuple[str, ...]
    periods: Mapping[str, str]


def fetch(
    polite: Polite,
    *,
    kommuner: Collection[str],
    perioder: Collection[str | int],
    brott_ids: Collection[int],
    menyid: int = BY_YEAR,
) -> Iterator[Fetched]:
    """One delivery a kommun, in code order: CSV in the shape that ``bra_csv`` reads, sorted by period and offence.

    Args:
        polite: Asks the database.
        kommuner: Kommunkoder.
        perioder: ``2025``, ``2025Q1`` or ``202501``, as the menu has them.
        brott_ids: BRÅ's ids; yearly ones for years, monthly ones for months and quarters.
        menyid: The database's menu.

    Yields:
        The deliveries, as soon as each is whole.

    Raises:
        UserError: where something that the database does not have is asked for.
        Unavailable: where it cannot be asked, or does not answer what was asked.
    """
    asked = tuple(sorted({str(period) for period in perioder}))
    form = discover(polite, menyid)
    _possible(form, kommuner, asked, brott_ids)
    crimes = tuple(str(i) for i in sorted(set(brott_ids)))
    periods = {period: form.periods[period] for period in asked}
    for group in _groups(sorted(set(kommuner)), len(crimes), len(periods)):
        found: dict[str, list[Row]] = {kommunkod: [] for kommunkod in group}
        regions = tuple(str(r) for kommunkod in group for r in _regions(kommunkod, asked) if str(r) in form.regions)
        for some in _split(crimes, MOST_FIGURES // (2 * len(periods) * len(regions))):
            for row in _answered(polite, _Query(regions, some, periods), set(group), menyid):
                found[str(row["kommunkod"])].append(row)
        for kommunkod, rows in found.items():
            yield _delivery(kommunkod, asked, rows)


def discover(polite: Polite, menyid: int = BY_YEAR) -> Form:
    """Opens a session and says what can be chosen. Raises Unavailable where the answer is no such form."""
    polite.get("start", {"menykatalogid": 1})
    form = read_form(_text(polite.get("anmalda/urval/urval", {"menyid": menyid}).content))
    if not form.whole:
        raise _unusable("visade inte sitt sökformulär")
    return form


def notes(polite: Polite) -> dict[str, str]:
    """The database's own notes to the last search: what they concern, to text. Nothing where there are none."""
    try:
        tree = html.document_fromstring(_text(polite.get("anmalda/urval/sokinfo").content))
    except (etree.LxmlError, ValueError):
        return {}
    boxes = [box for box in tree.iter("div") if box.get("id") == "infotexter"]
    about, said = (
        [" ".join(" ".join(map(str, part.itertext())).split()) for box in boxes for part in box.iterchildren(kind)]
        for kind in ("span", "div")
    )
    return dict(zip(about, said, strict=False))


def _possible(form: Form, wanted: Collection[str], periods: Sequence[str], brott_ids: Collection[int]) -> None:
    if not wanted or not periods or not brott_ids:
        raise UserError("Ange minst en kommun, en period och ett brott att hämta från Brå.")
    unknown = sorted(set(wanted) - set(kommuner()))
    if unknown:
        raise UserError(
            f"Det finns ingen kommun med koden {', '.join(unknown)}. Skriv fyra siffror, till exempel 0114."
        )
    gone = [period for period in periods if period not in form.periods]
    if gone:
        raise UserError(
            f"{_KALLA} har inte perioden {', '.join(gone)} i den valda menyn. Välj en period som finns där."
        )
    yearly = {len(period) == 4 for period in periods}
    if len(yearly) > 1:
        raise UserError("Hämta år för sig, och månader och kvartal för sig: Brå har olika id för dem.")
    kind = "ar" if True in yearly else "manad"
    known = brottstyper()
    wrong = [
        str(i)
        for i in sorted(set(brott_ids))
        if i not in known or known[i].periodtyp != kind or str(i) not in form.crimes
    ]
    if wrong:
        raise UserError(f"Brottets id finns inte för den sortens period: {', '.join(wrong)}. Välj andra id.")
    outside = [k for k in sorted(set(wanted)) if not any(str(r) in form.regions for r in _regions(k, periods))]
    if outside:
        raise UserError(f"{_KALLA} har inte kommunen {', '.join(outside)} i den valda menyn eller perioden.")


def _regions(kommunkod: str, periods: Sequence[str]) -> list[int]:
    """BRÅ's ids of a kommun in those years: two for Heby over 2006 and 2007."""
    years = {int(period[:4]) for period in periods}
    return sorted(
        r.bra_region_id for r in bra_regioner().values() if r.kommunkod == kommunkod and any(map(r.covers, years))
    )


def _groups(codes: Sequence[str], crimes: int, periods: int) -> Iterator[tuple[str, ...]]:
    """As many kommuner as fit in one query with all their figures, one where not even that fits; Heby may be two."""
    return _split(tuple(codes), MOST_FIGURES // (2 * crimes * periods) - 1)


def _split(things: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    step = max(size, 1)
    return (things[i : i + step] for i in range(0, len(things), step))


def _answered(polite: Polite, query: _Query, group: set[str], menyid: int) -> list[Row]:
    """The rows of one search; a session that has been lost is opened once more."""
    try:
        rows = _asked(polite, query)
    except Unreadable:
        discover(polite, menyid)
        try:
            rows = _asked(polite, query)
        except Unreadable:
            raise _unusable("svarade inte med någon hel tabell") from None
    chosen = {(k, c, p) for k in group for c in query.crimes for p in query.periods}
    ours = {(row["kommunkod"], row["brott_id"], row["period"]): row for row in rows}
    if chosen - set(ours):
        raise _unusable("svarade inte på hela frågan")
    return [ours[key] for key in sorted(chosen)]


def _asked(polite: Polite, query: _Query) -> list[Row]:
    form = {
        "brottstyp_id_string": "*".join(query.crimes),
        "region_id_string": "*".join(query.regions),
        "period_id_string": "*".join(query.periods.values()),
        "fordelning_id_string": "",
        "antal": "1",
        "antal_100k": "1",
    }
    polite.post("anmalda/urval/vantapopup", data=form)
    if "Fel/Error" in _text(polite.get("anmalda/urval/sok").content):
        raise Unreadable(Fault("bra_ingen_tabell"))
    (part,) = bra_database.read(polite.get("anmalda/urval/soktabell").content, {}).parts
    if part.table.faults:
        raise _unusable("svarade med en tabell som inte stämmer med frågan")
    frame = part.table.frame.astype(object)
    return [{str(n): v for n, v in row.items()} for row in frame.where(frame.notna(), None).to_dict("records")]


def _delivery(kommunkod: str, periods: Sequence[str], rows: list[Row]) -> Fetched:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for row in sorted(rows, key=lambda row: (str(row["period"]), int(row["brott_id"] or 0))):
        kind = _PERIODTYP[str(row["periodtyp"])] + (" (prel.)" if row["preliminar"] == "ja" else "")
        figures = (row["antal"] or "..", row["per_100000_inv"] or "..")
        writer.writerow([kommunkod, row["period"], kind, row["brott_id"], *figures])
    years = span(set(periods))
    slip = {
        "kalla": "bra",
        "tabell": "bra_brott",
        "namnd": kommunkod,
        "avsandare": AVSANDARE,
        "omfang": "periodutdrag",
        "period": years,
    }
    return Fetched(f"bra_{kommunkod}_{years}.csv", text.getvalue().encode(), slip)


def _text(content: bytes) -> str:
    """The database writes ISO-8859-1, whatever it says."""
    return content.decode("cp1252", "replace")


def _unusable(what: str) -> Unavailable:
    return Unavailable(f"{_KALLA} {what}. Försök igen senare; hjälper inte det behöver hämtningen rättas.")
