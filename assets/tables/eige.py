"""A table in the manner of EIGE and GREVIO: the exposed by sex, perpetrator's sex, relation, violence, child witnesses.

Modelled on what EIGE asks member states for; it is not EIGE's own form. Sex by perpetrator's sex by relation is not
crossed: between partners that would tell sexual orientation.
"""

import pandas as pd

from assets.tables.persons import as_persons
from assets.tables.spec import KON, Dimension, Fact, Inputs, Measure, Period, TableSpec

EXPOSED = ("valdsutsatt_vuxen", "barn")


def started(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Cases of the exposed that began in the period."""
    cases = inputs.frames["arende"]
    rows = cases[cases["roll"].isin(EXPOSED) & period.within(cases["startdatum"])]
    children = inputs.frames["barn"]
    seen = children[children["utsatt_eller_bevittnat"].isin(["bevittnat", "bada"])]["arende_id"]
    return rows.rename(columns={"relation_till_utovare": "relation"}).assign(
        med_barn=rows["arende_id"].isin(seen),
        utan_utovarens_kon=rows["utovarens_kon"].isna(),
        utan_relation=rows["relation_till_utovare"].isna(),
        utan_valdstyp=rows["valdstyp"].isna(),
    )


def exposed_persons(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Whose the cases are, each with the sex of the person's latest case: a person is one in each year."""
    return as_persons(started(inputs, period), inputs, period)


def violence(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The same cases, one row a case and form of violence."""
    rows = started(inputs, period)
    kinds = rows["valdstyp"].astype("object").str.split(";")
    return rows.assign(valdstyp=kinds).explode("valdstyp", ignore_index=True).dropna(subset=["valdstyp"])


def children(inputs: Inputs, period: Period) -> pd.DataFrame:
    """Children of these cases who saw or heard the violence, with the child's sex and the perpetrator's."""
    rows = inputs.frames["barn"]
    rows = rows[rows["utsatt_eller_bevittnat"].isin(["bevittnat", "bada"])]
    cases = started(inputs, period)[["arende_id", "utovarens_kon", "relation"]]
    return rows.merge(cases, on="arende_id", how="inner")


def _facts() -> tuple[Fact, ...]:
    cases = Measure("antal_arenden", "Ärenden för våldsutsatta", unit="arende_id")
    two_ways: tuple[tuple[str, str, str], ...] = (
        ("utovarens_kon", "utovare", "Ärenden efter utövarens kön"),
        ("relation", "relation", "Ärenden efter relation till utövaren"),
    )
    blank = (
        Measure("antal_utan_utovarens_kon", "Ärenden utan uppgift om utövarens kön", where="utan_utovarens_kon"),
        Measure("antal_utan_relation", "Ärenden utan uppgift om relation", where="utan_relation"),
        Measure("antal_utan_valdstyp", "Ärenden utan uppgift om våldstyp", where="utan_valdstyp"),
    )
    made = [
        Fact(
            rows=started,
            needs=("arende",),
            dimensions=("kon",),
            measures=(cases,),
        ),
        Fact(
            rows=exposed_persons,
            needs=("arende",),
            dimensions=("kon",),
            measures=(Measure("antal_personer", "Våldsutsatta personer", unit="person_id", enhet="person"),),
        ),
        Fact(rows=started, needs=("arende",), dimensions=("kon",), measures=blank),
    ]
    for dimension, name, title in two_ways:
        made.append(
            Fact(
                rows=started,
                needs=("arende",),
                dimensions=(dimension, "kon"),
                measures=(Measure(f"antal_arenden_{name}", title),),
            )
        )
        made.append(
            Fact(
                rows=started,
                needs=("arende", "barn"),
                dimensions=(dimension, "kon"),
                measures=(
                    Measure(f"antal_arenden_med_barn_{name}", f"{title}, där barn bevittnat våldet", where="med_barn"),
                ),
            )
        )
    for dimension, name, title in (("utovarens_kon", "utovare", "utövarens kön"), ("relation", "relation", "relation")):
        made.append(
            Fact(
                rows=violence,
                needs=("arende",),
                dimensions=("valdstyp", dimension),
                measures=(
                    Measure(f"antal_arenden_vald_{name}", f"Ärenden efter våldstyp och {title}", unit="arende_id"),
                ),
            )
        )
        made.append(
            Fact(
                rows=children,
                needs=("barn", "arende"),
                dimensions=(dimension,),
                measures=(
                    Measure(
                        f"antal_barn_{name}", f"Barn som bevittnat våldet, efter {title}", unit="barn_id", enhet="barn"
                    ),
                ),
            )
        )
    made.append(
        Fact(
            rows=violence,
            needs=("arende",),
            dimensions=("valdstyp", "kon"),
            measures=(Measure("antal_arenden_vald", "Ärenden efter våldstyp", unit="arende_id"),),
        )
    )
    made.append(
        Fact(
            rows=children,
            needs=("barn", "arende"),
            dimensions=("kon",),
            measures=(Measure("antal_barn", "Barn som bevittnat våldet", unit="barn_id", enhet="barn"),),
        )
    )
    return tuple(made)


SPEC = TableSpec(
    name="eige",
    title="Underlag i EIGE:s och GREVIO:s form",
    population="Ärenden för våldsutsatta, vuxna och barn, som startat under året.",
    period_regel="startad",
    enhet="arende",
    malgrupp="Våldsutsatta vuxna och barn",
    dimensions=(
        Dimension("utovarens_kon", "kon", "Utövarens kön"),
        Dimension("relation", "relation", "Relation till utövaren"),
        Dimension("valdstyp", "valdstyp", "Våldstyp"),
        KON,
    ),
    sources={
        "arende": (
            *("arende_id", "person_id", "roll", "kon", "startdatum", "slutdatum"),
            *("utovarens_kon", "relation_till_utovare", "valdstyp"),
        ),
        "barn": ("barn_id", "arende_id", "kon", "utsatt_eller_bevittnat"),
    },
    history=("arende", "barn"),
    facts=_facts(),
    breaks=("verksamhetssystem:barn_skyddat_boende", "verksamhetssystem:foreskrift"),
    notes=(
        "Formen är vår tolkning av vad EIGE och GREVIO frågar efter, inte deras eget formulär. Kön är den "
        "våldsutsattas, utom i rader om barn, där det är barnets.",
        "Den utsattas kön, utövarens kön, relationen och våldstypen korsas bara två och två. Den utsattas kön, "
        "utövarens kön och relationen tillsammans kan visa någons sexuella läggning och byggs inte för en kommun.",
        "Ett ärende kan ha flera våldstyper: totalen är ärenden med någon uppgift om våldstyp, inte summan.",
        "Ärenden utan uppgift om utövarens kön eller relation står bara i totalen. Hur många de är visas för sig.",
        "Barn räknas ur uppgiften om barn i förälderns ärende. Ett barn räknas en gång i varje cell, men två gånger "
        "där föräldrarnas ärenden har olika barn-id.",
        "Polisanmälan, dom och kontaktförbud finns inte här: det är andra myndigheters uppgifter.",
    ),
)
