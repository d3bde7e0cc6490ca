"""T5 vald: what violence the exposed met with, how grave, from whom. One question at a time, by sex.

The perpetrator's sex is never crossed with the relation: with the exposed person's own sex that tells who loves whom.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from assets.tables.arenden import ongoing
from assets.tables.measures import andel
from assets.tables.persons import EXPOSED
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES

QUESTIONS = {
    "valdstyp": "våldstyp",
    "svarighetsgrad": "svårighetsgrad",
    "relation": "relation till utövaren",
    "utovarens_kon": "utövarens kön",
}
"""What is asked of each case: a dimension of its own, and how it is called in a sentence."""


def exposed(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases of those exposed that ran in the period, and which questions (``med_``, ``utan_``) are answered."""
    rows = ongoing(inputs, period)
    rows = rows[rows["roll"].isin(EXPOSED)].rename(columns={"relation_till_utovare": "relation"})
    answered = {f"med_{name}": rows[name].notna() for name in QUESTIONS}
    return rows.assign(**answered, **{f"utan_{name}": rows[name].isna() for name in QUESTIONS})


def by_type(inputs: Inputs, period: Period) -> pd.DataFrame:
    """One row a case and type of violence: ``fysiskt;psykiskt`` is two."""
    rows = exposed(inputs, period)
    found = rows["valdstyp"].astype("category")
    codes = tuple(CODES["valdstyp"])
    # The combinations are few: each is taken apart once.
    named = [set(one.split(";")) for one in found.cat.categories]
    holds = np.array([[code in one for code in codes] for one in named] or [[False] * len(codes)])
    answered = np.flatnonzero(found.notna())
    at, which = np.nonzero(holds[found.cat.codes.to_numpy()[answered]])
    types = pd.Categorical.from_codes(which, categories=pd.Index(codes))
    # A case is told by its place: the table counts distinct cases, and numbers are quicker than ids.
    return rows.iloc[answered[at]].assign(valdstyp=types, arende_id=answered[at])


def _answers(name: str) -> Callable[[Inputs, Period], pd.DataFrame]:
    """The cases in which a question with one answer is answered."""

    def answered(inputs: Inputs, period: Period) -> pd.DataFrame:
        rows = exposed(inputs, period)
        return rows[rows[f"med_{name}"]]

    return answered


def _facts() -> Iterator[Fact]:
    """All cases, then for each question: how many answered it, how many did not, and what."""
    yield Fact(
        rows=exposed,
        needs=("arende",),
        dimensions=("kon",),
        measures=(
            Measure("antal_arenden", "Pågående ärenden"),
            *(Measure(f"antal_med_{n}", f"Ärenden med uppgift om {word}", where=f"med_{n}") for n, word in _asked()),
            *(Measure(f"antal_utan_{n}", f"Ärenden utan uppgift om {word}", where=f"utan_{n}") for n, word in _asked()),
        ),
    )
    for name, word in _asked():
        several = name == "valdstyp"
        base = f"antal_med_{name}"
        yield Fact(
            rows=by_type if several else _answers(name),
            needs=("arende",),
            dimensions=(name, "kon"),
            measures=(
                Measure(f"antal_{name}", f"Ärenden efter {word}", unit="arende_id" if several else None),
                andel(f"andel_{name}", f"Andel efter {word}, av ärenden med uppgift", f"antal_{name}", base, bas=base),
            ),
        )


def _asked() -> Iterator[tuple[str, str]]:
    yield from QUESTIONS.items()


SPEC = TableSpec(
    name="vald",
    title="Våldet: typ, svårighetsgrad och utövare",
    population="Våldsutsatta vuxnas och barns ärenden som pågått någon dag under året, oavsett när de började.",
    period_regel="pagaende",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna och barn",
    dimensions=(
        Dimension("valdstyp", "valdstyp", "Våldstyp"),
        Dimension("svarighetsgrad", "svarighetsgrad", "Svårighetsgrad"),
        Dimension("relation", "relation", "Utövarens relation till den utsatta"),
        Dimension("utovarens_kon", "kon", "Utövarens kön"),
        KON,
    ),
    sources={
        "arende": (
            "arende_id", "person_id", "roll", "kon", "valdstyp", "svarighetsgrad", "relation_till_utovare",
            "utovarens_kon", "startdatum", "slutdatum",
        )
    },
    facts=tuple(_facts()),
    breaks=("verksamhetssystem:barn_skyddat_boende",),
    notes=(
        "Våldsutövares ärenden är inte med: tabellen beskriver våldet som de utsatta har mött. Kön är den utsattas, "
        "som det står i ärendet.",
        "Ett ärende kan ha flera våldstyper och räknas då en gång i var och en. Totalen är antalet ärenden med minst "
        "en våldstyp, så den kan vara mindre än summan av delarna, och andelarna kan bli mer än 100 procent "
        "tillsammans.",
        "Totalen för varje fråga är de ärenden där den är besvarad. De andra står som ärenden utan uppgift. Svaret "
        "okänd (svårighetsgrad, relation) eller annat eller okänt (utövarens kön) är en uppgift och ingår i basen.",
        "Det är ärenden som räknas, inte personer: den som har haft två ärenden under året räknas två gånger.",
        "Utövarens kön redovisas aldrig tillsammans med relationen. De två och den utsattas kön visar tillsammans "
        "sexuell läggning, som inte får framgå av tabellerna. Av samma skäl ska siffrorna inte läggas ihop för hand.",
        "Tabellen delas inte upp på ålder eller tertial: i de flesta kommuner blir grupperna då så små att personer "
        "kan kännas igen.",
    ),
)  # fmt: skip
