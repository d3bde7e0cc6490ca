"""Lokala variabler: cases of the year by the kommun's own questions, as declared in its mapping."""

import pandas as pd

from assets.tables.arenden import ongoing
from assets.tables.spec import KON, Dimension, Figures, Inputs, Period, TableSpec
from warehouse.contracts.codes import TOTAL

NAMES = ("variabel", "svar", "kon", "matt", "varde")


def figures(inputs: Inputs, period: Period) -> Figures:
    """Ongoing cases by variable, answer and sex; ``svar`` totalt are the cases with any answer to the question.

    A variable that no current delivery declares has no cells; one that is declared and that nobody has answered in
    the year has zeros. Where the cases are not delivered the figures are missing, not zero.
    """
    declared = inputs.frames["lokal_deklaration"].astype("str")
    if declared.empty or "lokal_variabel" in inputs.absent:
        return Figures(pd.DataFrame({name: pd.Series(dtype="str") for name in NAMES}).assign(varde=[]))
    # The answers in the order in which the kommun declared them.
    order = ["variabel", "rad"]
    declared = declared.assign(rad=inputs.frames["lokal_deklaration"]["rad"].astype("int64"))
    declared = declared.sort_values(order, kind="stable").drop_duplicates(["variabel", "varde"], keep="last")
    cases = ongoing(inputs, period)[["arende_id", "kon"]].astype("str")
    answers = inputs.frames["lokal_variabel"].astype("str").merge(cases, on="arende_id")
    answers = answers.merge(declared[["variabel", "varde"]], on=["variabel", "varde"])
    sexes = [c for c in KON.values if c != "annat_okant" or (answers["kon"] == c).any()]
    both = pd.concat([answers, answers.assign(varde=TOTAL)])
    both = pd.concat([both, both.assign(kon=TOTAL)])
    counted = both.groupby(["variabel", "varde", "kon"])["arende_id"].nunique()
    rows = [
        (variable, code, sex, "antal_arenden")
        for variable, codes in declared.groupby("variabel", sort=False)["varde"]
        for code in (*codes, TOTAL)
        for sex in (*sexes, TOTAL)
    ]
    cells = pd.DataFrame(rows, columns=list(NAMES[:-1]), dtype="str")
    values = [float(counted.get((v, code, sex), 0)) for v, code, sex, _ in rows]
    if "arende" in inputs.absent:
        values = [float("nan")] * len(rows)
    return Figures(cells.assign(varde=values), _meanings(declared))


def _meanings(declared: pd.DataFrame) -> tuple[str, ...]:
    """What the variables and their codes are called, a note a variable."""
    return tuple(
        f"{variable} = {rows['titel'].iloc[0]}. "
        + "; ".join(f"{code} = {label}" for code, label in zip(rows["varde"], rows["etikett"], strict=True))
        + "."
        for variable, rows in declared.groupby("variabel", sort=False)
    )


SPEC = TableSpec(
    name="lokala_variabler",
    title="Kommunens egna frågor",
    population="Ärenden som pågått någon dag under året och som har ett svar på frågan.",
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna, barn och våldsutövare",
    dimensions=(Dimension("variabel", "lokal_variabel", total=False), Dimension("svar", "lokalt_svar"), KON),
    sources={
        "lokal_variabel": ("arende_id", "variabel", "varde"),
        "lokal_deklaration": ("variabel", "titel", "varde", "etikett", "rad"),
        "arende": ("arende_id", "kon", "startdatum", "slutdatum"),
    },
    history=("lokal_variabel", "lokal_deklaration", "arende"),
    figures=figures,
    notes=(
        "Frågorna är kommunens egna och kan inte jämföras med andra kommuners. Svaret totalt är ärenden med något "
        "svar: ärenden utan svar är inte med. Kan ett ärende ha flera svar är totalen inte summan av dem.",
    ),
)
