"""T13 iop: what the jourer report under their IOP agreements, as they reported it."""

import pandas as pd

from assets.tables.spec import KON, Dimension, Figures, Inputs, Period, TableSpec


def figures(inputs: Inputs, period: Period) -> Figures:
    """The reported figures of the year, jour by jour; nothing is added."""
    reports = inputs.frames["iop_rapport"]
    rows = reports[reports["ar"] == period.first]
    cells = pd.DataFrame(
        {
            "jour": rows["jour"].astype("str"),
            "post": rows["post"].astype("str"),
            "kon": rows["kon"].astype("str"),
            "matt": "antal_" + rows["post"].astype("str"),
            "varde": rows["antal"].astype("float64"),
        }
    )
    ranks = {c: i for i, c in enumerate(Dimension("post", "iop_post").values)}
    sexes = {c: i for i, c in enumerate((*KON.values, "totalt"))}
    order = cells.assign(p=cells["post"].map(ranks), k=cells["kon"].map(sexes)).sort_values(["jour", "p", "k"])
    return Figures(order[["jour", "post", "kon", "matt", "varde"]].reset_index(drop=True))


SPEC = TableSpec(
    name="iop",
    title="Kvinnojourernas rapporter (IOP)",
    population="Det som jourerna rapporterat för verksamhetsåret enligt avtal om idéburet offentligt partnerskap.",
    period_regel="rapporterad",
    enhet="rapporterat",
    malgrupp="De som sökt stöd hos jouren",
    dimensions=(Dimension("jour", "jour", total=False), Dimension("post", "iop_post", total=False), KON),
    sources={"iop_rapport": ("namnd", "ar", "jour", "post", "kon", "antal")},
    figures=figures,
    notes=(
        "Rapporterat av jourerna, inte räknat här. En person kan ha haft kontakt flera gånger och med flera jourer: "
        "siffrorna får inte läggas ihop mellan jourer eller med kommunens ärenden.",
    ),
)
