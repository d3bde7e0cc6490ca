"""T6 barn: children with a case of their own, and children in a parent's case. The two are never added.

What the register knows of violence, decisions and school it knows of children in a parent's case alone.
"""

from functools import partial

import pandas as pd

from assets.tables.measures import andel
from assets.tables.persons import as_persons
from assets.tables.skyddat_boende import stays
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES

_ADULT = ("18_25", "26_40", "41_60", "61_plus")


def _ages(ages: pd.Series) -> pd.Series:
    """Ages as the table shows them: those of adults are one."""
    return ages.astype("str").replace(dict.fromkeys(_ADULT, "fran_18"))


def _ongoing(inputs: Inputs, period: Period) -> pd.DataFrame:
    cases = inputs.frames["arende"]
    return cases[period.touches(cases["startdatum"], cases["slutdatum"])]


def own_cases(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Ongoing cases in the role of child, with sex and age of the person's latest case."""
    cases = _ongoing(inputs, period)
    rows = as_persons(cases[cases["roll"] == "barn"], inputs, period)
    return rows.assign(barnalder=_ages(rows["aldersgrupp"]))


def _records(inputs: Inputs, period: Period) -> pd.DataFrame:
    """What ongoing cases say of their children, each child's latest case last."""
    cases = _ongoing(inputs, period)[["arende_id", "startdatum", "slutdatum"]]
    rows = inputs.frames["barn"].merge(cases, on="arende_id", how="inner")
    rows = rows.astype(dict.fromkeys(("kon", "aldersgrupp"), "str"))
    order = ["barn_id", "startdatum", "slutdatum", "kon", "aldersgrupp", "leverans_id"]
    return rows.sort_values(order, na_position="last").reset_index(drop=True)


def _one_a_child(records: pd.DataFrame) -> pd.DataFrame:
    """Each child once, as its parent's latest case has it; ``lev_andra`` is the delivery of the earliest other one."""
    first = records.drop_duplicates("barn_id", keep="first").set_index("barn_id")["leverans_id"].astype("float64")
    rows = records.drop_duplicates("barn_id", keep="last").reset_index(drop=True)
    several = rows["barn_id"].isin(records.loc[records.duplicated("barn_id"), "barn_id"])
    rows["lev_andra"] = rows["barn_id"].map(first).where(several)
    rows["barnalder"] = _ages(rows["aldersgrupp"])
    return rows[["kommun", "leverans_id", "lev_andra", "barn_id", "barnalder", "kon"]]


def _any(records: pd.DataFrame, mask: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Which children have some record of that kind."""
    return rows["barn_id"].isin(records.loc[mask, "barn_id"])


def children(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Children in ongoing cases of parents, one row a child, with how the violence touched them in any of the cases."""
    records = _records(inputs, period)
    rows = _one_a_child(records)
    how = records["utsatt_eller_bevittnat"]
    exposed = _any(records, how.isin(["utsatt", "bada"]), rows)
    witness = _any(records, how.isin(["bevittnat", "bada"]), rows)
    rows["utsatt_eller_bevittnat"] = "okant"
    rows.loc[exposed, "utsatt_eller_bevittnat"] = "utsatt"
    rows.loc[witness, "utsatt_eller_bevittnat"] = "bevittnat"
    rows.loc[exposed & witness, "utsatt_eller_bevittnat"] = "bada"
    return rows


def _answered(rows: pd.DataFrame, records: pd.DataFrame, question: str) -> pd.DataFrame:
    """The children with their answers in the records: yes in any case, else no in any, else unknown."""
    rows = rows.copy()
    rows["ja"] = _any(records, records[question] == "ja", rows)
    rows["svar"] = rows["ja"] | _any(records, records[question] == "nej", rows)
    rows["utan_svar"] = ~rows["svar"]
    return rows


def questions(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same children once a question."""
    records = _records(inputs, period)
    rows = _one_a_child(records)
    asked = [_answered(rows, records, name).assign(fraga=name) for name in CODES["barn_fraga"]]
    return pd.concat(asked, ignore_index=True)


def school(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Children in cases with skyddat boende in the period; what other cases say of school does not matter.

    Sex and age are those that the child has in the rest of the table, also where they stand in another case.
    """
    housed = stays(inputs)
    housed = housed[period.touches(housed["verkstalld"], housed["till"])]
    records = _records(inputs, period)
    rows = _one_a_child(records)
    there = records[records["arende_id"].isin(housed["arende_id"])]
    return _answered(rows[rows["barn_id"].isin(there["barn_id"])], there, "forskola_skola_ordnad")


def without_case(inputs: Inputs, period: Period) -> tuple[str, ...]:  # noqa: ARG001
    """Children whose parent's case is not there: in which year they belong is not known."""
    lost = int((~inputs.frames["barn"]["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
    return (
        (f"{lost} rader om barn är inte räknade: förälderns ärende har inte levererats, eller ligger i karantän.",)
        if lost
        else ()
    )


_AGE = Dimension("barnalder", "barnalder", "Ålder")
_GROWN = ({"barnalder": ("fran_18",)},)
"""A child is not of age. Should one stand there (it came of age, or was given so), it is shown."""
_BOTH = ("leverans_id", "lev_andra")
_barn = partial(Measure, enhet="barn")

SPEC = TableSpec(
    name="barn",
    title="Barn som utsatts för eller bevittnat våld",
    population=(
        "Barn med eget ärende, och för sig barn i en förälders ärende, där ärendet pågått någon dag under året."
    ),
    period_regel="pagaende",
    enhet="barn",
    malgrupp="Barn",
    dimensions=(
        Dimension("utsatt_eller_bevittnat", "utsatt_eller_bevittnat", "Hur barnet berörts"),
        Dimension("fraga", "barn_fraga", "Uppgift", total=False),
        _AGE,
        KON,
    ),
    sources={
        "arende": ("arende_id", "person_id", "roll", "kon", "aldersgrupp", "startdatum", "slutdatum"),
        "barn": (
            "barn_id", "arende_id", "aldersgrupp", "kon", "utsatt_eller_bevittnat", "eget_beslut",
            "forskola_skola_ordnad", "tillfragad_om_vald", "utredning",
        ),
        "insats": ("insats_id", "arende_id", "insatstyp", "beslut", "verkstalld", "slutdatum"),
    },
    history=("arende", "barn", "insats"),
    facts=(
        Fact(
            rows=own_cases,
            needs=("arende",),
            dimensions=("barnalder", "kon"),
            measures=(_barn("antal_barn_eget_arende", "Barn med eget ärende", unit="person_id"),),
            impossible=_GROWN,
        ),
        Fact(
            rows=children,
            needs=("barn", "arende"),
            dimensions=("utsatt_eller_bevittnat", "barnalder", "kon"),
            measures=(
                _barn("antal_barn", "Barn i en förälders ärende"),
            ),
            lineage=_BOTH,
            impossible=_GROWN,
        ),
        Fact(
            rows=questions,
            needs=("barn", "arende"),
            dimensions=("fraga", "barnalder", "kon"),
            measures=(
                _barn("antal_ja", "Barn i en förälders ärende där svaret är ja", where="ja"),
                _barn("antal_svar", "Barn i en förälders ärende där svaret är känt", where="svar"),
                _barn("antal_utan_svar", "Barn i en förälders ärende där svaret är okänt eller saknas",
                      where="utan_svar"),
                andel("andel_ja", "Andel ja bland de barn där svaret är känt", "antal_ja", "antal_svar",
                      bas="antal_svar", enhet="barn"),
            ),
            lineage=_BOTH,
            impossible=_GROWN,
        ),
        Fact(
            rows=school,
            needs=("barn", "arende", "insats"),
            dimensions=("barnalder", "kon"),
            measures=(
                _barn("antal_i_boende", "Barn i ärenden där föräldern haft skyddat boende"),
                _barn("antal_skola_ordnad", "Barn i skyddat boende med förskola eller skola ordnad", where="ja"),
                _barn("antal_skola_svar", "Barn i skyddat boende där det är känt om förskola eller skola är ordnad",
                      where="svar"),
                _barn("antal_skola_utan_svar",
                      "Barn i skyddat boende där det inte är känt om förskola eller skola är ordnad",
                      where="utan_svar"),
                andel("andel_skola_ordnad",
                      "Andel av barnen i skyddat boende med förskola eller skola ordnad, där det är känt",
                      "antal_skola_ordnad", "antal_skola_svar", bas="antal_skola_svar", enhet="barn"),
            ),
            lineage=_BOTH,
            impossible=_GROWN,
        ),
    ),
    remarks=without_case,
    breaks=("verksamhetssystem:barn_skyddat_boende",),
    notes=(
        "Barn med eget ärende och barn i en förälders ärende får inte läggas ihop: samma barn kan finnas i båda.",
        "Ett barn räknas en gång, också när det finns i flera ärenden. Kön och ålder är de i förälderns senast "
        "startade ärende. För barn med eget ärende är de, som i tabellen Ärenden, personens i det senaste ärendet.",
        "Finns barnet i flera ärenden gäller ja om något av dem har svaret ja, annars nej om något har nej. Ett barn "
        "som är utsatt enligt ett ärende och har bevittnat våld enligt ett annat är både utsatt och har bevittnat.",
        "Andelen ja räknas bland de barn där svaret är känt. Okänt och saknat svar är bortfall och visas bredvid. "
        "Andelar visas inte när för få svar är kända.",
        "Förskola och skola gäller bara barn där förälderns ärende haft ett skyddat boende som pågått under året. "
        "Också barn som är för små för förskola räknas med.",
        "Svaren har inget datum: de säger hur det såg ut när uppgifterna togs ut, inte när under året det hände.",
    ),
)  # fmt: skip
