"""A published number, traced to where it came from: as much as the login may know. Shows and counts nothing.

How it is written out is in ``show_trace``; what is read again is in ``trace_verify``. Nothing slow is imported.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from pipelines import trace_words as words
from pipelines.own_login import OwnLogin, reading_as
from pipelines.reader import reading_as_oneself
from pipelines.settings import Settings
from pipelines.trace_find import Sought, located
from warehouse import harkomst, released, sparning
from warehouse.contracts.codes import label
from warehouse.contracts.errors import UserError
from warehouse.contracts.ord import GRANSKNING, STEG, TYP
from warehouse.contracts.swedish import day, period_name
from warehouse.database import Database
from warehouse.released import Edition
from warehouse.sparning import Cell

HIDDEN = ("skyddas", "intervall")


@dataclass(slots=True)
class Spar:
    """A traced number: plain values, in the order in which they are told, with what was left out (``utelamnat``)."""

    referens: str
    sekretess: str | None
    tal: dict[str, Any]
    syskon: list[dict[str, Any]]
    deklaration: dict[str, Any]
    delar: list[dict[str, Any]]
    utgava: dict[str, Any]
    steg: list[dict[str, Any]]
    rojandekontroll: dict[str, Any]
    versioner: list[dict[str, Any]]
    kod: dict[str, Any]
    leveranser: list[dict[str, Any]]
    rattelser: list[dict[str, Any]]
    kontroller: list[dict[str, Any]]
    deltagare: list[dict[str, Any]]
    omrakningar: list[dict[str, Any]]
    utelamnat: list[str]
    verifiering: list[dict[str, Any]] | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints."""
        return {name: getattr(self, name) for name in self.__slots__}


@contextmanager
def reading(settings: Settings, login: OwnLogin | None = None) -> Iterator[Database]:
    """The warehouse with the login's own rights, its schema new enough for tracing."""
    with reading_as_oneself(settings) if login is None else reading_as(settings, login) as database:
        with database.begin() as conn:
            released.readable(conn)
            known = sparning.may(conn, "publicering.deltagare") is not None
        if not known and (settings.database_url or login):
            raise UserError("Databasens schema är äldre än programmet. Kör: kvinnofrid db upgrade")
        if not known:
            from pipelines.work import up_to_date

            with up_to_date(settings):
                pass
        yield database


def trace(settings: Settings, sought: Sought, login: OwnLogin | None = None) -> Spar:
    """Trace a number.

    Raises:
        UserError: There is none such, or its edition was altered (``trace_verify`` goes on, and tells of it).
        NoEdition: No edition holds.
    """
    with reading(settings, login) as database, database.begin() as conn:
        edition, cells, cell = located(conn, sought)
        released.refuse_altered(conn, edition.utgava)
        return told(conn, edition, cells, cell, settings.home / "archive")


# --- telling ----------------------------------------------------------------------------------------------------------


def told(conn: Connection, edition: Edition, cells: Sequence[Cell], cell: Cell, archive: Path) -> Spar:
    """All that the login may know of a cell."""
    plan, measures, labels = sparning.declared(conn, cell.tabell)
    years = years_of(cell.period)
    hidden = cell.status in HIDDEN
    left_out: list[str] = []
    source = released.provenance(conn, edition.utgava)
    deliveries, used = _deliveries(conn, edition, cell, years, archive, left_out)
    deliveries = words.used(deliveries, cell)
    about = _about(cell.tabell, [d["tabell"] for d in deliveries])
    logins = sparning.logins(conn, edition.utgava)
    inside = bool(logins) or used or edition.typ != "oppen" or any("status" in d for d in deliveries)
    ids = [d["leverans_id"] for d in deliveries]
    return Spar(
        referens=cell.ref,
        sekretess=words.INSIDE if inside else None,
        tal=_number(edition, cell, plan, measures, labels),
        syskon=[
            {"referens": c.ref, "kon": c.kon, "kon_i_ord": words.sex(c.kon),
             "tryckt": words.printed(c, measures.get(c.matt), measures)}
            for c in sparning.beside(cells, cell) if c.ordning != cell.ordning
        ],
        deklaration=_declaration(cell, plan, measures, released.notes(conn, edition.utgava).get(cell.tabell, [])),
        delar=_parts(cells, cell, measures),
        utgava=_edition_told(edition),
        steg=[
            {n: h[n] for n in ("nr", "tid", "steg", "uppgiven", "styrkt", "sha256")}
            | {"i_ord": STEG[h["steg"]]} | ({"inloggning": logins[h["nr"]]} if h["nr"] in logins else {})
            for h in source.handelser
        ],
        rojandekontroll=_disclosure(edition, source, hidden),
        versioner=[
            v | {"kod": words.code(v["kodversion"])}
            for v in sparning.versions(conn, edition.utgava, cell.tabell, years)
        ],
        kod=words.code(source.tillkomst["kodversion"]) | {"gjord": source.tillkomst["skapad"]},
        leveranser=deliveries,
        rattelser=sparning.mended(conn, ids) if sparning.may(conn, "mottagning.karantan") else [],
        kontroller=[
            k | {"i_ord": words.check(k["kontroll"], cell.tabell), "utfall_i_ord": label("kontroll", k["utfall"])}
            for k in sparning.checks(conn, edition.utgava, cell.tabell, years, about, source.tillkomst["skapad"])
        ],
        deltagare=_members(conn, edition, cell, measures),
        omrakningar=_orders(conn, cell),
        utelamnat=left_out,
    )  # fmt: skip


def years_of(period: str) -> list[int]:
    """The years of ``2025``, ``2025T1``, ``202501`` or ``2023_2025``."""
    first, _, last = period.partition("_")
    return list(range(int(first[:4]), int((last or first)[:4]) + 1))


def _number(
    edition: Edition, cell: Cell, plan: sparning.Row | None, measures: Mapping[str, Any],
    labels: Mapping[tuple[str, str], str],
) -> dict[str, Any]:  # fmt: skip
    measure = measures.get(cell.matt)
    text = words.printed(cell, measure, measures)
    title = measure["titel"] if measure else cell.matt
    parts = words.split(cell, labels)
    split = [p["i_ord"] for p in parts]
    where = ", ".join([*split, words.sex(cell.kon), period_name(cell.period), words.whose(edition.namnd)])
    return {
        "tryckt": text,
        "utlast": words.spoken(text),
        "status": cell.status,
        "varde": cell.varde,
        "fran": cell.fran,
        "till": cell.till,
        "i_ord": f"{title}: {where}.",
        "tabell": cell.tabell,
        "tabelltitel": plan["titel"] if plan else cell.tabell,
        "ordning": cell.ordning,
        "matt": cell.matt,
        "titel": title,
        "period": cell.period,
        "kon": cell.kon,
        "indelning": parts,
    }


def _declaration(
    cell: Cell, plan: sparning.Row | None, measures: Mapping[str, Any], notes: Sequence[str]
) -> dict[str, Any]:
    measure = measures.get(cell.matt)
    if plan is None or measure is None:
        return {"finns": False, "anmarkningar": list(notes)}
    unit = measure["enhet"] or plan["enhet"]
    rule = measure["period_regel"] or plan["period_regel"]
    return {
        "finns": True,
        "population": plan["population"],
        "malgrupp": plan["malgrupp"],
        "enhet": unit,
        "enhet_i_ord": label("enhet", unit),
        "periodregel": rule,
        "periodregel_i_ord": label("period_regel", rule),
        "slag": measure["slag"],
        "form": measure["form"],
        "unik": measure["unik"],
        "raknad": plan["raknad"],
        "anmarkningar": list(notes),
    }


def _parts(cells: Sequence[Cell], cell: Cell, measures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a derived number rests on, each with its own reference where it is printed."""
    measure = measures.get(cell.matt)
    rate = words.RATES.get((cell.tabell, cell.matt))
    if measure is None:
        names = []
    elif rate:
        names = [rate[0]]
    else:  # what is only a part of others is not printed anywhere
        names = [n for n in list(measure["delar"]) or [measure["bas"]] if n in measures]
    found = []
    for name in names:
        part = sparning.part(cells, cell, name)
        found.append(
            {
                "matt": name,
                "titel": measures[name]["titel"] if name in measures else name,
                "referens": part.ref if part else None,
                "tryckt": words.printed(part, measures.get(name), measures) if part else None,
            }
        )
    return found


def _edition_told(e: Edition) -> dict[str, Any]:
    names = (
        *("utgava", "namnd", "ar", "niva", "typ", "tillstand", "dnr", "expedierad", "faststalld", "paragraf"),
        *("ersatter", "ersatt_av", "atertagen", "orsak", "text", "innehall_sha256"),
    )
    return {n: getattr(e, n) for n in names} | {
        "galler": e.galler,
        "i_ord": words.state(e),
        "namnd_i_ord": words.whose(e.namnd),
        "typ_i_ord": TYP[e.typ],
    }


def _disclosure(e: Edition, source: released.Provenance, hidden: bool) -> dict[str, Any]:
    from quality.disclosure.policy import PRESETS

    rule = PRESETS[e.regel].title if e.regel in PRESETS else e.regel
    return {
        "regel": e.regel,
        "regel_i_ord": rule,
        "variant": e.variant,
        "variant_i_ord": words.INDELNINGAR.get(e.variant, e.variant),
        "granskningar": [
            {n: g[n] for n in ("metod", "godkand", "skapad")} | {"i_ord": GRANSKNING.get(g["metod"], g["metod"])}
            for g in source.granskningar
        ],
        "skyddat": hidden,
    }


def _deliveries(
    conn: Connection, edition: Edition, cell: Cell, years: Sequence[int], archive: Path, left_out: list[str]
) -> tuple[list[dict[str, Any]], bool]:
    """The deliveries, with what the login may know of each; and whether rows behind the cell stand there."""
    found = sparning.deliveries(conn, edition.utgava, cell.tabell, years)
    rows: dict[int, int] | None = None
    if edition.niva in ("lan", "riket"):
        left_out.append("Utgåvan är summor av det som kommunerna har släppt: se deras utgåvor för leveranserna.")
    elif cell.status in HIDDEN:
        left_out.append("Talet är skyddat. Då sägs inte hur många rader som står bakom det, till någon.")
    elif not sparning.may(conn, "revision.utgava_harkomst"):
        left_out.append(
            "Hur många rader som står bakom talet får bara installationens egen inloggning läsa, eftersom sådana antal "
            f"kan röja skyddade tal. En revisor beställer en omräkning: kvinnofrid recount order {cell.ref} --som NAMN"
        )
    elif not harkomst.is_kept(conn, edition.utgava):
        left_out.append(
            "Hur många rader som står bakom talet är inte sparat: utgåvan gjordes innan det började sparas. "
            "Leveranserna är de som tabellen räknades av."
        )
    else:
        rows = harkomst.behind(conn, edition.utgava, cell.tabell, cell.ordning)
    ids = [*found, *(i for i in rows or {} if i not in found)]
    if sparning.may(conn, "mottagning.leverans"):
        receipts = sparning.receipts(conn, ids)
        found = {i: found.get(i, {}) | receipts[i] for i in ids if i in receipts}
        for one in found.values():
            one["original"] = _original(archive, one)
    else:
        left_out.append(
            "Hur många rader som levererades, godkändes och sattes i karantän, och om originalet finns kvar, får den "
            "se som har rollen kvalitet eller revisor. För offentliga källor står antalen här."
        )
    for number, one in found.items():
        if rows is not None:
            one["rader_anvanda"] = rows.get(number, 0)
    return list(found.values()), rows is not None


def _original(archive: Path, one: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the encrypted original is kept, and until when; ``finns`` None where the login cannot see."""
    due, sha = one["original_tas_bort"], one["sha256"].strip()
    try:
        kept: bool | None = (archive / sha[:2] / f"{sha}.enc").exists() if archive.is_dir() else None
    except PermissionError:
        kept = None
    until = day(due) if due else None
    if kept is None:
        said = f"enligt kvittot sparat till {until}" if until else "inget om originalet i kvittot"
    elif kept:
        said = f"sparat krypterat till {until}" if until else "sparat krypterat"
    else:
        said = "inte kvar: borttaget när dess tid var ute" if until else "inte sparat"
    return {"finns": kept, "till": until, "i_ord": said}


def _about(tabell: str, sources: Sequence[str]) -> list[str]:
    """The checks of all rows that matter to a table."""
    of_sources = [name for s in dict.fromkeys(sources) for name in (f"kontrakt_{s}", f"{s}_har_arende")]
    return [f"celler_haller_{tabell}", *of_sources, "avstamning", "tabellregler"]


def _members(
    conn: Connection, edition: Edition, cell: Cell, measures: Mapping[str, Any]
) -> list[dict[str, Any]]:  # fmt: skip
    """The same number in the editions that a sum is made of."""
    found = []
    for number in sparning.members(conn, edition.utgava):
        one = released.edition(conn, number)
        same = sparning.chosen(
            sparning.table(conn, number, cell.tabell), cell.matt, cell.period, cell.kon, cell.dimensioner
        )
        found.append(
            {
                "utgava": number,
                "namnd_i_ord": words.whose(one.namnd) if one else None,
                "i_ord": words.state(one) if one else None,
                "referens": same.ref if same else None,
                "tryckt": words.printed(same, measures.get(same.matt), measures) if same else None,
            }
        )
    return found


def _orders(conn: Connection, cell: Cell) -> list[dict[str, Any]]:
    if not sparning.may(conn, "revision.omrakning"):
        return []
    return [dict(o.as_json()) for o in harkomst.orders_of(conn, cell.utgava, cell.tabell, cell.ordning)]
