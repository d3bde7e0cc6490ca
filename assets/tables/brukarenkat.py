"""T11 brukarenkat: answers to the questionnaire by question and sex, those who left it blank, and the response rate.

A questionnaire is linked to nobody: nothing here can be laid beside cases or measurements.
"""

import pandas as pd

from assets.tables.measures import andel
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES

SCALE = ("bemotande", "delaktighet")
_STEPS = ("1", "2", "3", "4", "5")
ANSWERS = {
    "betydelse": tuple(CODES["enkat_betydelse"]),
    "situation_nu": tuple(CODES["enkat_situation"]),
    "bemotande": _STEPS,
    "delaktighet": _STEPS,
}
"""The answers that each question can have."""
_OWN = ["kommun", "leverans_id", "kon"]


def _of(frame: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Rows of the period: a year has all of the year, a tertial only what was given by that tertial."""
    said = frame["period"].astype("str")
    if period.tertial:
        return frame[said == period.name]
    return frame[said.str[:4].astype("int64").between(period.first, period.last)]


def sheets(inputs: Inputs, period: Period) -> pd.DataFrame:
    """One row a questionnaire; ``med_utskick`` where its unit told how many were asked."""
    rows = _of(inputs.frames["brukarenkat"], period)
    units = _of(inputs.frames["enkat_utskick"], period)
    known = set(zip(units["kommun"].astype("str"), units["enhet"].astype("str"), strict=True))
    pairs = zip(rows["kommun"].astype("str"), rows["enhet"].astype("str"), strict=True)
    return rows.assign(med_utskick=[pair in known for pair in pairs])


def asked(inputs: Inputs, period: Period) -> pd.DataFrame:
    """How many were asked, by unit and sex."""
    return _of(inputs.frames["enkat_utskick"], period)


def questions(inputs: Inputs, period: Period) -> pd.DataFrame:
    """One row a questionnaire and question: the answer (None where it is blank), and its number on the scale."""
    rows = _of(inputs.frames["brukarenkat"], period)
    parts = []
    for name in ANSWERS:
        said = rows[name]
        text = said.astype("Int64" if name in SCALE else "str").astype("str").where(said.notna(), None)
        number = said.astype("float64") if name in SCALE else float("nan")
        parts.append(rows[_OWN].assign(fraga=name, svar=text, betyg=number))
    found = pd.concat(parts, ignore_index=True)
    found["besvarat"] = found["svar"].notna()
    found["obesvarat"] = ~found["besvarat"]
    return found


def on_scale(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Answered questions with a scale."""
    found = questions(inputs, period)
    return found[found["betyg"].notna()]


def answers(inputs: Inputs, period: Period) -> pd.DataFrame:
    """One row a question answered and each answer it could have had: ``vald`` is the one that was given."""
    found = questions(inputs, period)
    possible = pd.DataFrame([(q, code) for q, codes in ANSWERS.items() for code in codes], columns=["fraga", "mojligt"])
    rows = found[found["besvarat"]].merge(possible, on="fraga")
    return rows.assign(vald=rows["svar"] == rows["mojligt"], svar=rows["mojligt"])


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """Questionnaires that the tertials or the response rate cannot count."""
    rows = sheets(inputs, period)
    notes = []
    by_year = int((rows["period"].astype("str").str.len() == 4).sum())
    if 0 < by_year < len(rows):
        notes.append(
            f"{by_year} av {len(rows)} enkäter är inlämnade för hela året. De finns i årets tabell, inte i tertialen."
        )
    lost = int((~rows["med_utskick"].astype(bool)).sum())
    if lost and not inputs.lacks("enkat_utskick"):
        notes.append(
            f"{lost} enkäter är inte med i svarsfrekvensen: deras enheter har inte uppgett hur många som tillfrågats."
        )
    return tuple(notes)


_IMPOSSIBLE = tuple(
    {"fraga": (question,), "svar": tuple(c for c in CODES["enkat_svar"] if c not in codes)}
    for question, codes in ANSWERS.items()
)

SPEC = TableSpec(
    name="brukarenkat",
    title="Brukarenkäten",
    population="Enkäter som lämnats in för året, oavsett när personens ärende pågick.",
    period_regel="besvarad",
    enhet="enkatsvar",
    malgrupp="De som fått stöd och fyllt i enkäten",
    dimensions=(
        Dimension("fraga", "enkat_fraga", "Fråga", total=False),
        Dimension("svar", "enkat_svar", "Svar", total=False),
        KON,
    ),
    sources={
        "brukarenkat": ("enhet", "period", "kon", *ANSWERS),
        "enkat_utskick": ("enhet", "period", "kon", "tillfragade"),
    },
    tertial=True,
    facts=(
        Fact(
            rows=sheets,
            needs=("brukarenkat",),
            dimensions=("kon",),
            measures=(
                Measure("antal_enkater", "Inlämnade enkäter"),
                Measure(
                    "antal_enkater_utskick",
                    "Inlämnade enkäter från enheter som uppgett antal tillfrågade",
                    where="med_utskick",
                ),
            ),
        ),
        Fact(
            rows=asked,
            needs=("enkat_utskick",),
            dimensions=("kon",),
            measures=(
                Measure("antal_tillfragade", "Tillfrågade", "summa", value="tillfragade", enhet="person"),
                andel("svarsfrekvens", "Svarsfrekvens", "antal_enkater_utskick", "antal_tillfragade"),
            ),
        ),
        Fact(
            rows=questions,
            needs=("brukarenkat",),
            dimensions=("fraga", "kon"),
            measures=(
                Measure("antal_besvarat", "Har svarat på frågan", where="besvarat"),
                Measure("antal_obesvarat", "Har inte svarat på frågan (bortfall)", where="obesvarat"),
            ),
        ),
        Fact(
            rows=answers,
            needs=("brukarenkat",),
            dimensions=("fraga", "svar", "kon"),
            impossible=_IMPOSSIBLE,
            measures=(
                Measure("bas_svar", "Har svarat på frågan", hidden=True),
                Measure("antal_svar", "Svar", where="vald", bas="bas_svar"),
                andel(
                    "andel_svar", "Andel av dem som svarat på frågan", "antal_svar", "antal_besvarat", bas="bas_svar"
                ),
            ),
        ),
        Fact(
            rows=on_scale,
            needs=("brukarenkat",),
            dimensions=("fraga", "kon"),
            impossible=({"fraga": tuple(q for q in ANSWERS if q not in SCALE)},),
            measures=(
                Measure("bas_betyg", "Har svarat på frågan", hidden=True),
                Measure("medel_betyg", "Medelvärde på skalan 1–5", "medel", value="betyg", bas="bas_betyg"),
            ),
        ),
    ),
    remarks=remarks,
    notes=(
        "Svaren är anonyma och kan inte kopplas till ärenden. Samma person kan ha svarat flera gånger.",
        "Året räknar alla enkäter för året. Ett tertial räknar bara enkäter som lämnats in för just det tertialet.",
        "Vet ej är ett svar och ingår i basen. En obesvarad fråga är bortfall och ingår inte.",
        "Svarsfrekvensen är inlämnade enkäter av tillfrågade, för de enheter som uppgett antal tillfrågade. Enhetens "
        "uppgift om kön och den svarandes egen kan skilja sig, så en andel över 100 procent för ett kön är möjlig.",
        "Svar och medelvärden visas bara där minst så många har svarat på frågan som kommunen ställt in som minsta bas "
        "(10 om inget annat är valt). De som svarar skiljer sig ofta från dem som inte gör det.",
        "Enkäten frågar vad personen själv tycker. Den visar inte vad en förändring beror på.",
    ),
)
