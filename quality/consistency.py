"""What must hold between rows and tables of the warehouse: declared as queries that count what does not.

Each query returns one number; zero means that it holds. What each single row must be stands in its contract.
"""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Consistency:
    """A rule over stored rows: ``sql`` counts the exceptions."""

    name: str
    about: Literal["register", "omvarld"]
    description: str
    sql: str
    warning: bool = True

    def count(self, conn: Connection) -> int:
        """How many exceptions there are now."""
        return int(conn.execute(text(self.sql)).scalar_one())


def _has_case(table: str, title: str) -> Consistency:
    return Consistency(
        f"{table}_har_arende",
        "register",
        f"{title} vars ärende inte finns bland de godkända (inte levererat, eller i karantän)",
        f"SELECT count(*) FROM register.{table}_gallande r WHERE NOT EXISTS"
        " (SELECT 1 FROM register.arende_gallande a WHERE a.namnd = r.namnd AND a.arende_id = r.arende_id)",
    )


_SINGLE = "alder ~ '^[0-9]+$'"
_GROUP = "alder ~ '^[0-9]+_[0-9]+$'"
_OPEN = "alder ~ '^[0-9]+_plus$'"
_FROM, _TO = "CAST(split_part(alder, '_', 1) AS integer)", "CAST(split_part(alder, '_', 2) AS integer)"
# The ages of a kommun, year and sex are judged where they are a whole set: as many years as lie below the open end,
# each once. From 2025 every cell may be 3 persons off (women, men and total: 9), and so the total and all its parts.
_AGES = (
    "SELECT count(*) FROM (SELECT ar, sum(antal) FILTER (WHERE alder = 'totalt') AS total,"
    f" max({_FROM}) FILTER (WHERE {_OPEN}) AS oppen, sum(antal) FILTER (WHERE {_OPEN}) AS aldst,"
    f" count(*) FILTER (WHERE {_OPEN}) AS ends,"
    f" count(*) FILTER (WHERE {_SINGLE}) AS ettar, sum(antal) FILTER (WHERE {_SINGLE}) AS i_ettar,"
    f" count(*) FILTER (WHERE {_GROUP}) AS grupper, sum(antal) FILTER (WHERE {_GROUP}) AS i_grupper,"
    f" sum({_TO} - {_FROM} + 1) FILTER (WHERE {_GROUP}) AS bredd"
    " FROM omvarld.befolkning_gallande GROUP BY kommunkod, ar, kon) b WHERE ends = 1 AND ("
    "ettar = oppen AND abs(i_ettar + aldst - total) > CASE WHEN ar < 2025 THEN 0 ELSE 3 * (ettar + 2) END OR "
    "bredd = oppen AND abs(i_grupper + aldst - total) > CASE WHEN ar < 2025 THEN 0 ELSE 3 * (grupper + 2) END)"
)

CONSISTENCY: tuple[Consistency, ...] = (
    _has_case("insats", "Insatser"),
    _has_case("barn", "Barn"),
    _has_case("bedomning", "Bedömningar"),
    _has_case("matning", "Mätningar"),
    _has_case("lokal_variabel", "Lokala svar"),
    Consistency(
        "samma_kon_per_person",
        "register",
        "Personer som har olika kön i olika ärenden",
        "SELECT count(*) FROM (SELECT 1 FROM register.arende_gallande GROUP BY namnd, person_id"
        " HAVING count(DISTINCT kon) > 1) p",
    ),
    Consistency(
        "vuxen_stammer_med_alder",
        "register",
        "Ärenden där vuxen och åldersgrupp säger emot varandra",
        "SELECT count(*) FROM register.arende_gallande WHERE aldersgrupp <> 'okand' AND vuxen <> 'okant'"
        " AND (vuxen = 'ja') <> (aldersgrupp NOT IN ('0_6', '7_12', '13_17'))",
    ),
    Consistency(
        "del_ryms_i_helhet",
        "omvarld",
        "Brott där en del är större än helheten hos BRÅ",
        "SELECT count(*) FROM omvarld.bra_brott_gallande d JOIN omvarld.bra_brottstyp t USING (brott_id)"
        " JOIN omvarld.bra_brott_gallande h ON h.kommunkod = d.kommunkod AND h.period = d.period"
        " AND h.brott_id = t.foralder_id WHERE d.antal > h.antal",
    ),
    Consistency(
        "kvinnor_och_man_ger_totalen",
        "omvarld",
        "Kommuner och åldrar där folkmängdens delar inte ger totalen (från 2025 tillåts SCB:s brus, högst 9)",
        "SELECT count(*) FROM (SELECT ar, sum(antal) FILTER (WHERE kon <> 'totalt') AS delar,"
        " count(*) FILTER (WHERE kon <> 'totalt') AS n, sum(antal) FILTER (WHERE kon = 'totalt') AS total"
        " FROM omvarld.befolkning_gallande GROUP BY kommunkod, ar, alder) b"
        " WHERE n = 2 AND abs(delar - total) > CASE WHEN ar < 2025 THEN 0 ELSE 9 END",
        warning=False,
    ),
    Consistency(
        "aldrarna_ger_alla_aldrar",
        "omvarld",
        "Kommuner där folkmängden i alla åldersgrupper inte ger folkmängden i alla åldrar (från 2025 tillåts SCB:s"
        " brus, högst 3 för varje tal)",
        _AGES,
    ),
    Consistency(
        "folkmangd_for_alla_kommuner",
        "omvarld",
        "Kommuner som saknar folkmängd ett år då andra har det",
        "SELECT coalesce(sum(290 - n), 0) FROM (SELECT ar, count(DISTINCT kommunkod) AS n"
        " FROM omvarld.befolkning_gallande WHERE kommunkod <> '0000' AND alder = 'totalt' GROUP BY ar) a",
    ),
)


_OTHERS = {
    "inget_i_karantan": "Rader som sattes i karantän vid det senaste intaget",
    "avstamning": "Räknade celler som skiljer sig från rapporterade siffror",
    "tabeller_ororda": "Tabeller som ändrats efter räkningen",
    "logg_obruten": "Händelser i loggen som inte hänger ihop med den före",
    "loggens_huvud": "Signerade huvuden som loggen inte stämmer med",
    "vakter_pa": "Vakter i databasen (triggrar) som är avstängda, borta eller utbytta",
    "utgavor_ororda": "Expedierade utgåvor som inte är det som expedierades",
    "utgavor_granskade": "Expedierade utgåvor utan godkänd granskning",
    "utgavor_utan_sma_tal": "Öppna utgåvor som trycker tal som skyddas",
    "original_ororda": "Original som saknas eller har ändrats",
    "forvantningar": "Förväntningar på det lagrade som inte uppfylls",
    "indata_namngivna": "Leveranser bakom celler som inte står bland det som tabellen gjordes av",
    "planen_orord": "Rader om tabeller, mått och koder som inte är som de deklarerats",
    "tabellregler": "Celler som bryter mot reglerna för räknade tabeller",
    "tryckta_siffror": "Tryckta siffror som våra inte stämmer med",
    "sena_leveranser": "Förväntade leveranser som är sena",
}


def describe(name: str) -> str:
    """What a recorded check counts, in words."""
    known = {c.name: c.description for c in CONSISTENCY} | _OTHERS
    if name.startswith("kontrakt_"):
        return f"Rader i {name.removeprefix('kontrakt_')} som bryter mot sitt kontrakt"
    if name.startswith("celler_haller_"):
        return f"Celler i {name.removeprefix('celler_haller_')} som inte kan stämma"
    return known.get(name, name.replace("_", " "))
