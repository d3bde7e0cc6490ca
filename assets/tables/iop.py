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
_PARENTS = {"kontakter_heder": "kontakter", "kontakter_under_18": "kontakter", "enkat_hjalpta": "enkat_svar"}
"""The row that a ”därav” row is a part of."""
_ORDER = ["kommun", "jour", "p", "k"]


def _reported(inputs: Inputs, period: Period) -> pd.DataFrame:
    """What the jourer reported of the year, in the order of the form."""
    reports = inputs.frames["iop_rapport"]
    rows = reports[reports["ar"] == period.first]
    ranks = {code: place for place, code in enumerate(_POSTS.values)}
    sexes = {code: place for place, code in enumerate((*KON.values, "totalt"))}
    cells = pd.DataFrame(
        {
            "kommun": rows["kommun"].astype("str"),
            "jour": rows["jour"].astype("str"),
            "post": rows["post"].astype("str"),
            "kon": rows["kon"].astype("str"),
            "matt": "antal_" + rows["post"].astype("str"),
            "varde": rows["antal"].astype("float64"),
            "orsak": rows["saknas_orsak"].astype("str"),
            "leverans_id": rows["leverans_id"],
        }
    )
    return cells.assign(p=cells["post"].map(ranks), k=cells["kon"].map(sexes)).sort_values(_ORDER)


def figures(inputs: Inputs, period: Period) -> pd.DataFrame:
    """The reported figures of the year, jour by jour; nothing is added. What a jour does not know stands in a note."""
    order = _reported(inputs, period)
    known = order.groupby(["kommun", "jour", "post"])["varde"].transform("count") > 0
    # A post of which nothing is known is one empty cell: that its parts are unknown too says no more.
    kept = order[known | (order["kon"] == "totalt")]
    return kept[["kommun", "jour", "post", "kon", "matt", "varde", "leverans_id"]].reset_index(drop=True)


def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
    """What each jour says that it cannot report, and why; and parts that stand without what they are parts of."""
    cells = _reported(inputs, period)
    return (*_missing(cells), *_orphans(cells))


def _orphans(cells: pd.DataFrame) -> list[str]:
    """”Därav” rows whose own row is not there: it was set aside for a fault, or is not in the report."""
    notes = []
    for jour, theirs in cells.groupby("jour", sort=True):
        posts = list(dict.fromkeys(theirs.loc[theirs["varde"].notna(), "post"]))
        there = set(theirs["post"])
        lost = dict.fromkeys(_PARENTS[p] for p in posts if p in _PARENTS and _PARENTS[p] not in there)
        for parent in lost:
            parts = "” och ”".join(_title(p) for p in posts if _PARENTS.get(p) == parent)
            notes.append(
                f"{jour}: raden ”{label('iop_post', parent)}” är inte med. Den saknas i rapporten eller är lagd åt "
                f"sidan för ett fel, så ”{parts}” har inget att jämföras med. Se fellistan till leveransen."
            )
    return notes


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
