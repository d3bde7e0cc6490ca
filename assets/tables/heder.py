"""T4 heder: cases in a context of honour, and insatser meant for those exposed to it, by sex.

Never by age: context of honour, sex and age together point out persons in most kommuner.
"""

import pandas as pd

from assets.tables.arenden import ongoing
from assets.tables.insatser import begun, decided, without_case
from assets.tables.measures import andel
from assets.tables.persons import EXPOSED, as_persons
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec


def exposed(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases of those exposed that ran in the period; ``bedomd`` where it is known whether honour is the context."""
    rows = ongoing(inputs, period)
    rows = rows[rows["roll"].isin(EXPOSED)]
    return rows.assign(heder=rows["hederskontext"] == "ja", bedomd=rows["hederskontext"].isin(["ja", "nej"]))


def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, with sex of the person's latest case."""
    return as_persons(exposed(inputs, period), inputs, period)


def _directed(rows: pd.DataFrame) -> pd.DataFrame:
    rows = rows[rows["roll"].isin(EXPOSED)]
    return rows.assign(
        riktad=rows["riktad_hedersutsatt"] == "ja", riktning_okand=~rows["riktad_hedersutsatt"].isin(["ja", "nej"])
    )


def granted(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser granted to those exposed in the period; ``riktad`` where meant for those exposed to honour violence."""
    rows = decided(inputs, period)
    return _directed(rows[rows["bifall"]])


def granted_persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same insatser, with sex of the person's latest case."""
    return as_persons(granted(inputs, period), inputs, period)


def given(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Insatser given to those exposed that began in the period."""
    return _directed(begun(inputs, period))


NEEDS = ("insats", "arende")
BEHIND = ("leverans_id", "lev_arende")

SPEC = TableSpec(
    name="heder",
    title="Våld i hederskontext",
    population=(
        "Våldsutsatta vuxnas och barns ärenden som pågått någon dag under året, och insatser i våldsutsatta vuxnas och "
        "barns ärenden som riktas till hedersutsatta."
    ),
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna och barn",
    dimensions=(
        Dimension("hederskontext", "ja_nej", "Hederskontext"),
        Dimension("insatstyp", "insatstyp", "Insatstyp"),
        KON,
    ),
    sources={
        "arende": ("arende_id", "person_id", "roll", "kon", "hederskontext", "startdatum", "slutdatum"),
        "insats": (
            "insats_id", "arende_id", "insatstyp", "beslutsdatum", "beslut", "verkstalld", "slutdatum",
            "riktad_hedersutsatt",
        ),
    },
    history=("arende",),
    facts=(
        Fact(
            rows=exposed,
            needs=("arende",),
            dimensions=("hederskontext", "kon"),
            measures=(Measure("antal_arenden", "Pågående ärenden"),),
        ),
        Fact(
            rows=persons,
            needs=("arende",),
            dimensions=("hederskontext", "kon"),
            measures=(Measure("antal_personer", "Personer med pågående ärende", unit="person_id", enhet="person"),),
        ),
        Fact(
            rows=exposed,
            needs=("arende",),
            dimensions=("kon",),
            measures=(
                Measure("antal_heder", "Ärenden i hederskontext", where="heder"),
                Measure("antal_bedomda", "Ärenden där hederskontext är ja eller nej", where="bedomd"),
                andel(
                    "andel_heder", "Andel i hederskontext, av ärenden där det är ja eller nej", "antal_heder",
                    "antal_bedomda", bas="antal_bedomda",
                ),
            ),
        ),
        Fact(
            rows=granted,
            needs=NEEDS,
            dimensions=("insatstyp", "kon"),
            measures=(
                Measure(
                    "antal_riktade_beviljade", "Beviljade insatser riktade till hedersutsatta", where="riktad",
                    enhet="insats", period_regel="beslutad",
                ),
            ),
            lineage=BEHIND,
        ),
        Fact(
            rows=granted_persons,
            needs=NEEDS,
            dimensions=("insatstyp", "kon"),
            measures=(
                Measure(
                    "antal_personer_riktade", "Personer med minst en beviljad insats riktad till hedersutsatta",
                    unit="person_id", where="riktad", enhet="person", period_regel="beslutad",
                ),
            ),
            lineage=BEHIND,
        ),
        Fact(
            rows=given,
            needs=NEEDS,
            dimensions=("insatstyp", "kon"),
            measures=(
                Measure(
                    "antal_riktade_genomforda", "Genomförda insatser riktade till hedersutsatta", where="riktad",
                    enhet="insats", period_regel="startad",
                ),
            ),
            lineage=BEHIND,
        ),
        Fact(
            rows=granted,
            needs=NEEDS,
            dimensions=("kon",),
            measures=(
                Measure(
                    "antal_riktning_okand", "Beviljade insatser utan uppgift om de riktas till hedersutsatta",
                    where="riktning_okand", enhet="insats", period_regel="beslutad",
                ),
            ),
            lineage=BEHIND,
        ),
    ),
    remarks=without_case,
    breaks=("verksamhetssystem:beslut", "verksamhetssystem:barn_skyddat_boende"),
    notes=(
        "Våldsutövares ärenden är inte med, och inte heller insatser i dem.",
        "Hederskontext är handläggarens bedömning i ärendet. Okänt är inte detsamma som nej: andelen räknas av de "
        "ärenden där det är ja eller nej. Ändras andelen okända ändras också vad andelen säger.",
        "En person med flera ärenden kan stå både under ja och under nej, men räknas en gång i totalen. Antal personer "
        "har det kön som gäller i personens senaste ärende som börjat senast på årets sista dag. Övriga mått har könet "
        "som står i ärendet.",
        "En insats kan vara riktad till hedersutsatta fast ärendet inte är bedömt som hederskontext, och tvärtom. "
        "Genomförda insatser är beviljade insatser och insatser utan behovsprövning som började under året, oavsett "
        "när de beslutades.",
        "Tabellen delas inte upp på ålder eller tertial. Hederskontext, kön och ålder tillsammans kan peka ut enskilda "
        "personer i en kommun, för grupperna är ofta några få. Uppdelning på ålder görs bara för län och riket.",
    ),
)  # fmt: skip
