"""Published figures: what must hold within public sources, and printed figures that our own counting must give back.

Where a source's own figures do not add up, that is declared here as known and is told as such, not as a fault. Rules
of the counted tables are in ``table_rules``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, text

from quality.table_rules import Outcome, Rule
from warehouse.cells import Slice

NOBODY: Final = "0000"

KNOWN: Final[tuple[tuple[int, str, int], ...]] = (
    (2022, "misshandel_mot_kvinna_18_ar_eller_aldre", 13),
    (2022, "misshandel_mot_man_18_ar_eller_aldre", 5),
    (2023, "misshandel_mot_man_18_ar_eller_aldre", 3),
)
"""BRÅ's handled assault: year, offence, and how much larger it is than its four relations (the years are inferred)."""

MOST_ANSWERS: Final = 330
"""No more can have answered Öppna jämförelser: 290 kommuner and the stadsdelar of three, with some to spare."""

_RELATIONS = (
    "array_agg(DISTINCT d.relation ORDER BY d.relation)"
    " IN (ARRAY['bekant', 'obekant'], ARRAY['annan', 'obekant', 'parrelation', 'slaktskap_familj'],"
    " ARRAY['annan_slags_relation', 'obekant', 'parrelation', 'slaktskap_familj'])"
)
_PLACES = "array_agg(DISTINCT d.plats ORDER BY d.plats) = ARRAY['inomhus', 'utomhus']"
_KNOWN = ", ".join(f"({year}, '{offence}', {more})" for year, offence, more in KNOWN)


def _handled(part: str, other: str, whole_set: str) -> str:
    """Handled offences that are not the sum of a whole set of ``part``; labels tell what is part of what."""
    return (
        "SELECT 'bra_handlagda' AS tabell, '0000' AS kommun, ar FROM (SELECT h.ar, h.brott,"
        " h.handlagda - sum(d.handlagda) AS mer, count(d.handlagda) = count(*) AS alla"
        " FROM omvarld.bra_handlagda_gallande h JOIN omvarld.bra_handlagda_gallande d ON d.ar = h.ar AND d.kon = h.kon"
        f" AND starts_with(d.brott, h.brott || '_') AND d.{part} IS NOT NULL AND d.{other} IS NOT DISTINCT FROM"
        f" h.{other} WHERE h.{part} IS NULL AND h.handlagda IS NOT NULL GROUP BY h.ar, h.brott, h.handlagda"
        f" HAVING {whole_set}) s WHERE alla AND mer <> 0 AND NOT (ar, brott, mer) IN (VALUES {_KNOWN})"
    )


def _reported(part: str, other: str, whole_set: str) -> str:
    """Reported offences that are not the sum of a whole set of ``part``, by BRÅ's own ids."""
    return (
        "SELECT 'bra_brott' AS tabell, kommunkod AS kommun, left(period, 4)::integer AS ar FROM ("
        "SELECT h.kommunkod, h.period, h.antal - sum(d.antal) AS mer, count(d.antal) = count(*) AS alla"
        " FROM omvarld.bra_brott_gallande h JOIN omvarld.bra_brottstyp t ON t.brott_id = h.brott_id"
        " JOIN omvarld.bra_brottstyp x ON x.foralder_id = h.brott_id AND x.kon = t.kon AND x.alder IS NOT DISTINCT FROM"
        f" t.alder AND x.{part} IS NOT NULL AND x.{other} IS NOT DISTINCT FROM t.{other}"
        " JOIN (SELECT b.*, y.plats, y.relation FROM omvarld.bra_brott_gallande b JOIN omvarld.bra_brottstyp y"
        " USING (brott_id)) d ON d.brott_id = x.brott_id AND d.kommunkod = h.kommunkod AND d.period = h.period"
        f" WHERE t.{part} IS NULL AND h.antal IS NOT NULL GROUP BY h.kommunkod, h.period, h.brott_id, h.antal"
        f" HAVING {whole_set}) s WHERE alla AND mer <> 0"
    )


PUBLIC_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "handlagda_ar_utredda_och_direktavskrivna",
        "omvarld",
        "stopp",
        "rader där handlagda brott inte är utredda och direktavskrivna tillsammans",
        "SELECT 'bra_handlagda' AS tabell, '0000' AS kommun, ar FROM omvarld.bra_handlagda_gallande"
        " WHERE handlagda <> utredda + direktavskrivna",
    ),
    Rule(
        "handlagda_relationer_ger_helheten",
        "omvarld",
        "anmarkning",
        "handlagda brott som inte är summan av sina relationer (utöver dem som Brå är kända för att ha)",
        _handled("relation", "plats", _RELATIONS),
    ),
    Rule(
        "handlagda_platser_ger_helheten",
        "omvarld",
        "anmarkning",
        "handlagda brott som inte är inomhus och utomhus tillsammans",
        _handled("plats", "relation", _PLACES),
    ),
    Rule(
        "anmalda_relationer_ger_helheten",
        "omvarld",
        "anmarkning",
        "anmälda brott som inte är summan av sina relationer",
        _reported("relation", "plats", _RELATIONS),
    ),
    Rule(
        "anmalda_platser_ger_helheten",
        "omvarld",
        "anmarkning",
        "anmälda brott som inte är inomhus och utomhus tillsammans",
        _reported("plats", "relation", _PLACES),
    ),
    Rule(
        "uppklaring_mojlig",
        "omvarld",
        "anmarkning",
        "personuppklaringsprocent i hela procent som inget antal av de handlagda brotten kan ge",
        # Some whole number of the handled offences must round to the printed percentage, a half either way.
        "SELECT 'bra_handlagda' AS tabell, '0000' AS kommun, ar FROM (SELECT ar, handlagda::numeric AS n,"
        " personuppklaringsprocent::numeric AS p FROM omvarld.bra_handlagda_gallande"
        " WHERE handlagda > 0 AND personuppklaringsprocent = round(personuppklaringsprocent)) h"
        " WHERE floor((2 * p + 1) * n / 200) < (2 * p - 1) * n / 200",
    ),
    Rule(
        "riket_rymmer_svaren",
        "omvarld",
        "anmarkning",
        "indikatorer i Öppna jämförelser där rikets andel inte ryms med de svar som är levererade",
        "SELECT 'oj_indikator' AS tabell, '0000' AS kommun, r.ar FROM omvarld.oj_indikator_gallande r"
        " JOIN (SELECT ar, indikator, count(*) FILTER (WHERE svar = 'ja') AS ja,"
        " count(*) FILTER (WHERE svar IN ('delvis', 'nej')) AS annat FROM omvarld.oj_indikator_gallande"
        " WHERE omrade_typ IN ('kommun', 'stadsdel') GROUP BY ar, indikator) k USING (ar, indikator)"
        " WHERE r.omrade_typ = 'riket' AND (100.0 * k.ja / " + str(MOST_ANSWERS) + " > r.andel_procent + 0.5"
        f" OR 100.0 * ({MOST_ANSWERS} - k.annat) / {MOST_ANSWERS} < r.andel_procent - 0.5)",
    ),
)
"""What must hold within public sources, beside ``consistency``."""


def public_rules(conn: Connection) -> list[Outcome]:
    """The public rules that do not hold, by source, kommun (0000: nobody's) and year."""
    found: list[Outcome] = []
    for rule in PUBLIC_RULES:
        query = f"SELECT tabell, kommun, ar, count(*) AS antal FROM ({rule.sql}) x GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        rows = conn.execute(text(query))
        found += [Outcome(rule, Slice(row.tabell, row.kommun, row.ar), row.antal) for row in rows]
    return found


Verdict = Literal["stammer", "kand_avvikelse", "avviker", "ej_levererat"]


@dataclass(frozen=True, slots=True)
class Published:
    """A printed figure, and the query that gives our own."""

    om: str
    """What it is, in Swedish."""
    kalla: str
    tryckt: float
    sql: str
    """Gives one number; NULL where nothing of it is delivered."""
    raknat: float | None = None
    """What stands in the source's own table, where that is known not to be what it prints."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """A printed figure beside ours."""

    published: Published
    found: float | None

    @property
    def verdict(self) -> Verdict:
        """Whether they agree; a deviation that the source itself has is known."""
        if self.found is None:
            return "ej_levererat"
        if self.found == self.published.tryckt:
            return "stammer"
        return "kand_avvikelse" if self.found == self.published.raknat else "avviker"


def _oj(omrade: str, namn: str, tryckt: int, raknat: int | None = None) -> Published:
    return Published(
        f"Öppna jämförelser 2015: antal ja, {namn}",
        "SKL:s rapport 2015, bilaga 3 (Socialstyrelsen)",
        tryckt,
        "SELECT nullif(count(*), 0) FROM omvarld.oj_indikator_gallande"
        f" WHERE ar = 2015 AND omrade = '{omrade}' AND svar = 'ja'",
        raknat,
    )


def _handled_men_and_women(kon: str, namn: str, tryckt: int, raknat: int | None = None) -> Published:
    return Published(
        f"Handlagd misshandel mot {namn} 18 år eller äldre 2023: de fyra relationerna tillsammans",
        "Brå, handlagda brott (året är en slutsats)",
        tryckt,
        "SELECT CASE WHEN count(*) = 4 THEN sum(handlagda) END FROM omvarld.bra_handlagda_gallande WHERE ar = 2023"
        f" AND starts_with(brott, 'misshandel_mot_{kon}_18_ar_eller_aldre_') AND relation IS NOT NULL"
        " AND plats IS NULL",
        raknat,
    )


def _vasby(insatstyp: str, kon: str, namn: str, tryckt: int) -> Published:
    return Published(
        f"Upplands Väsby 2019: {namn}",
        "EY:s revisionsgranskning, avsnitt 2.4",
        tryckt,
        "SELECT max(varde) FROM tabell.cell WHERE tabell = 'insatser' AND kommun = '0114' AND ar = 2019"
        f" AND period = '2019' AND matt = 'antal_insatser' AND kon = '{kon}'"
        f' AND dimensioner = \'{{"insatstyp": "{insatstyp}"}}\'',
    )


BACKTESTS: Final[tuple[Published, ...]] = (
    _oj("1480_askim_frolunda_hogsbo", "Göteborg, Askim, Frölunda, Högsbo", 53),
    _oj("1284", "Höganäs", 44),
    _oj("1281", "Lund", 47),
    _oj("0140", "Nykvarn", 45),
    _oj("1081", "Ronneby", 43),
    _oj("2482", "Skellefteå", 47),
    _oj("1488", "Trollhättan", 53),
    _oj("0138", "Tyresö", 49, raknat=48),
    _handled_men_and_women("kvinna", "kvinna", 30_804),
    _handled_men_and_women("man", "man", 30_981, raknat=30_978),
    Published(
        "Anmälda brott i Boden 2025: brott mot brottsbalken och mot specialstraffrätten tillsammans",
        "Brå, anmälda brott",
        2_995,
        "SELECT CASE WHEN count(*) = 2 THEN sum(antal) END FROM omvarld.bra_brott_gallande"
        " WHERE kommunkod = '2582' AND period = '2025' AND brott_id IN (11084, 11085)",
        raknat=2_994,
    ),
    _vasby("stodsamtal", "kvinna", "beviljade stödsamtal, kvinnor", 34),
    _vasby("stodsamtal", "man", "beviljade stödsamtal, män", 3),
    _vasby("skyddat_boende", "kvinna", "beviljat skyddat boende, kvinnor", 20),
    _vasby("skyddat_boende", "man", "beviljat skyddat boende, män", 1),
)
"""Printed figures that are followed. All are public."""


def backtests(conn: Connection, published: Iterable[Published] = BACKTESTS) -> list[Backtest]:
    """Every printed figure beside what the warehouse gives."""
    found = []
    for one in published:
        value = conn.execute(text(one.sql)).scalar()
        found.append(Backtest(one, None if value is None else float(value)))
    return found
