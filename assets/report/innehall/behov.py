"""Need and supply: what is reported, who sought help and what was given, side by side and never divided."""

from collections.abc import Sequence

from assets.report.innehall.forandring import Jamforelse, brott_i_serien
from assets.report.innehall.hjalp import dagar, vantan
from assets.report.innehall.kapitel import Bygge
from assets.report.innehall.las import SEXES, SHOWN, Las
from assets.report.innehall.omvarld import brottstabell, jourer, nekade, viktigaste_brott
from assets.report.innehall.sprak import Bit, forst, gallande, punkt, rakna_upp, stycke
from assets.report.modell import Innehall, Rad, Ruta, Stycke, Tabell
from assets.report.underlag import Row
from assets.tables.sexes import MIXED
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.contracts.swedish import period_name

TABELLER = ("anmalda_brott", "iop", "arenden", "insatser", "skyddat_boende")
_OWN: tuple[tuple[str, str, str, str, str, dict[str, str]], ...] = (
    ("Nämnden", "Aktualiseringar", "Aktualisering", "arenden", "antal_aktualiseringar", {}),
    (
        "Nämnden",
        "Våldsutsatta vuxna med pågående ärende",
        "Person",
        "arenden",
        "antal_personer",
        {"roll": "valdsutsatt_vuxen"},
    ),
    ("Nämnden", "Barn med eget pågående ärende", "Person", "arenden", "antal_personer", {"roll": "barn"}),
    ("Nämnden", "Våldsutsatta vuxna med pågående insats", "Person", "kolada", "antal_u30751_personer", {}),
    ("Nämnden", "Nya beviljade insatser", "Insats", "insatser", "antal_insatser", {}),
    ("Nämnden", "Alla med ny beviljad insats, också barn och våldsutövare", "Person", "insatser", "antal_personer", {}),
    ("Nämnden", "Avslag", "Insats", "insatser", "antal_avslag", {}),
    (
        "Nämnden",
        "Våldsutsatta vuxna i skyddat boende",
        "Person",
        "skyddat_boende",
        "antal_personer",
        {"roll": "valdsutsatt_vuxen"},
    ),
)
_JOUR = ("kontakter", "boende_vuxna", "boende_barn", "nekade_platsbrist")


def behov(b: Bygge) -> tuple[Innehall, ...]:
    """The table, how it may be read, and how long people waited."""
    table = behov_tabell(b.las)
    if table is None or table.tom:
        return ()
    return (
        *tecken(b),
        stycke(
            "Tabellen ställer det vi vet om behovet bredvid det stöd som gavs. Raderna räknar olika saker: brott, "
            "kontakter, personer och insatser. De kan inte delas med varandra eller läggas ihop."
        ),
        table,
        *vantan(b.las),
        stycke(
            "Ingen siffra här säger ensam om stödet räcker. Tecken på att det inte räcker är nekade platser, långa "
            "väntetider och avslag. Hur många som aldrig söker hjälp vet ingen."
        ),
    )


def tecken(b: Bygge) -> list[Stycke]:
    """What may be a sign that the help does not suffice, a point each: refused places, avslag and waiting."""
    signs: list[Stycke] = [
        punkt(f"{jour} nekade ", told, " plats", _aret_fore(b, jour), ".")
        for jour in jourer(b.las)
        if (told := nekade(b.las, jour))
    ]
    if found := forst(b.las, gallande("avslag", "avslag"), "insatser", "antal_avslag"):
        signs.append(punkt("Nämnden gav ", found[1], "."))
    if waits := dagar(b.las):
        signs.append(punkt("Hälften av insatserna började, räknat från beslutet, inom ", rakna_upp(waits), "."))
    return [stycke("Tecken att följa i frågan om hjälpen räcker:"), *signs] if signs else []


def _aret_fore(b: Bygge, jour: str) -> Bit:
    """How many the jour refused the year before, of the same group; nothing where that cannot be compared."""
    matt = "antal_nekade_platsbrist"
    if b.fore is None or b.las.perioder[0] != str(b.las.ar) or brott_i_serien(b, Jamforelse("", "iop", matt, {})):
        return ""
    of = {"jour": jour, "post": "nekade_platsbrist"}
    kon = TOTAL if b.las.tal("iop", matt, TOTAL, **of) else "kvinna"
    before = b.fore.tal("iop", matt, kon, **of)
    if before is None:
        return ""
    return (", ", before, " kvinnor året före" if kon == "kvinna" else " året före")


def behov_tabell(las: Las) -> Tabell | None:
    """One row for each thing counted, the sexes side by side; rows with nothing shown are left out."""
    period = next((p for p in las.perioder if _some(las, p)), None)
    if period is None:
        return None
    rows: list[tuple[tuple[str, ...], dict[str, Ruta]]] = []
    crimes = brottstabell(las) if period == str(las.ar) else None
    for rad in viktigaste_brott(crimes):
        by = dict(zip(crimes.kolumner if crimes else (), rad.rutor, strict=True))
        found = {k: by[h] for k, h in (("kvinna", "Mot kvinnor"), ("man", "Mot män"), (TOTAL, "Mot alla")) if h in by}
        rows.append((("Polisen (Brå)", rad.namn[0], "Anmält brott"), found))
    for jour in jourer(las):
        for post in _JOUR:
            cells = {k: las.rad("iop", f"antal_{post}", k, period, jour=jour, post=post) for k in (*SEXES, TOTAL)}
            rows.append(((jour, CODES["iop_post"][post], "Person"), _cells(las, "iop", cells)))
    for source, what, unit, tabell, matt, codes in _OWN:
        cells = {k: las.rad(tabell, matt, k, period, **codes) for k in (*SEXES, TOTAL)}
        rows.append(((source, what, unit), _cells(las, tabell, cells)))
    return _table(las, rows, period)


def _some(las: Las, period: str) -> bool:
    return any(las.tal(t, m, k, period, **codes) for _, _, _, t, m, codes in _OWN for k in (*SEXES, TOTAL)) or (
        period == str(las.ar) and las.visar("anmalda_brott", "iop")
    )


def _cells(las: Las, tabell: str, rows: dict[str, Row | None]) -> dict[str, Ruta]:
    return {k: las.ruta(tabell, row) for k, row in rows.items() if row is not None}


def _table(las: Las, rows: Sequence[tuple[tuple[str, ...], dict[str, Ruta]]], period: str) -> Tabell | None:
    kept = [(names, cells) for names, cells in rows if any(c.status in SHOWN for c in cells.values())]
    if not kept:
        return None
    used = [k for k in (*SEXES, TOTAL) if any(k in cells for _, cells in kept)]
    return Tabell(
        f"behov-och-utbud-{period.lower().replace('_', '-')}",
        "behov_utbud",
        f"Behov och utbud, {las.u.plats} {period_name(period)}",
        "Varje rad har sin egen enhet. Raderna får inte läggas ihop.",
        ("Vem som räknat", "Vad som räknas", "Enhet"),
        tuple(MIXED[k] for k in used),
        tuple(Rad(names, tuple(cells.get(k, Ruta(("",), "tom")) for k in used)) for names, cells in kept),
    )
