"""T13 iop: what the jourer report under their IOP agreements, as they reported it."""

import pandas as pd

from assets.tables.spec import KON, Dimension, Inputs, Measure, Period, TableSpec
from warehouse.contracts.codes import CODES, label

_POSTS = Dimension("post", "iop_post", "Uppgift", total=False)
_ALONE = {
    "kontakter_heder": "hedersutsatta bland dem som kontaktat jouren",
    "kontakter_under_18": "de under 18 år bland dem som kontaktat jouren",
    "enkat_hjalpta": "de som svarat att stödet hjälpt",
}
"""Labels that in the form lean on the row above."""


def _reported(inputs: Inputs, period: Period) -> pd.DataFrame:
    """What the jourer reported of the year, in the order of the form."""
    reports = inputs.frames["iop_rapport"]
    rows = reports[reports["ar"] == period.first]
    ranks = {code: place for place, code in enumerate(_POSTS.values)}
    sexes = {code: place for place, code in enumerate((*KON.values, "totalt"))}
    cells = pd.DataFrame(
        {
            "jour": rows["jour"].astype("str"),
            "post": rows["post"].astype("str"),
            "kon": rows["kon"].astype("str"),
            "matt": "antal_" + rows["post"].astype("str"),
            "varde": rows["antal"].astype("float64"),
            "orsak": rows["saknas_orsak"].astype("str"),
            "leverans_id": rows["leverans_id"],
        }
    )
    return cells.assign(p=cells["post"].map(ranks), k=cells["kon"].map(sexes)).sort_values(["jour", "p", "k"])


def figures(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The reported figures of the year, jour by jour; nothing is added. What a jour does not know stands in a note."""
    order = _reported(inputs, period)
    known = order.groupby(["jour", "post"])["varde"].transform("count") > 0
    # A post of which nothing is known is one empty cell: that its parts are unknown too says no more.
    kept = order[known | (order["kon"] == "totalt")]
    return kept[["jour", "post", "kon", "matt", "varde", "leverans_id"]].reset_index(drop=True)


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """What each jour says that it cannot report, and why."""
    return tuple(_missing(_reported(inputs, period)))


def _missing(cells: pd.DataFrame) -> list[str]:
    """What each jour says that it cannot report, and why."""
    notes = []
    for jour, theirs in cells.groupby("jour", sort=True):
        said = []
        for post, one in theirs.groupby("post", sort=False):
            blank = one[one["varde"].isna()]
            if blank.empty:
                continue
            reasons = blank["orsak"].dropna().unique()
            why = f"”{label('saknas_orsak_jour', str(reasons[0]))}”" if len(reasons) else "utan angiven orsak"
            what = "" if blank["kon"].eq("totalt").any() else " per kön"
            said.append(f"{_title(str(post))}{what} ({why})")
        if said:
            notes.append(f"{jour} har inte lämnat: {'; '.join(said)}. Det som saknas är inte noll.")
    return notes


def _title(post: str) -> str:
    """The post's label as it can stand by itself."""
    return _ALONE.get(post) or label("iop_post", post)


SPEC = TableSpec(
    name="iop",
    title="Kvinnojourernas rapporter (IOP)",
    population="Det som jourerna rapporterat för verksamhetsåret enligt avtal om idéburet offentligt partnerskap.",
    period_regel="rapporterad",
    enhet="rapporterat",
    malgrupp="De som sökt stöd hos jouren",
    dimensions=(Dimension("jour", None, "Jour", total=False), _POSTS, KON),
    sources={"iop_rapport": ("namnd", "ar", "jour", "post", "kon", "antal", "saknas_orsak")},
    figures=figures,
    one_block="Rapporterade uppgifter",
    remarks=remarks,
    measures=tuple(Measure(f"antal_{post}", title) for post, title in CODES["iop_post"].items()),
    notes=(
        "Rapporterat av jourerna, inte räknat här. En person kan ha haft kontakt flera gånger och med flera jourer: "
        "siffrorna får inte läggas ihop mellan jourer eller med kommunens ärenden.",
        "Rader som börjar med ”därav” är delar av raden ovanför. I rapporter i formulärets första version kan nekade "
        "platser gälla både vuxna och barn.",
    ),
)
