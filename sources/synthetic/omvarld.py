"""What surrounds the demo's large kommun, all of it invented: crimes, jourer, Öppna jämförelser, a survey, population.

Each file is in the form that its source is read in, and says in its name, sender and följesedel that it is invented.
The figures are as large as they would be somewhere, but none is anybody's: crimes, shares and answers to the survey
are multiples of five, inhabitants of hundreds. Nothing is drawn: the same bytes each time. No records of persons.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sources.foljesedel import slip_path, write_slip
from sources.iop.form import write_form
from sources.iop.layout import LATEST, Cell
from sources.synthetic.vasby import LARGE

NAMND = LARGE.namnd
YEARS = (2024, 2025)
INVENTED = "Exempelavsändaren (påhittade uppgifter)"
PREFIX = f"PAHITTAD_{NAMND}"

# --- crimes: by BRÅ's ids, in the columns of our own CSV --------------------------------------------------------------

Years = tuple[int, int]
"""A figure for each of ``YEARS``."""

_BROTT: Mapping[int, Years] = {
    # misshandel, 18+: women and men, by place and relation
    12588: (70, 75), 12589: (300, 325), 12573: (45, 40), 12574: (35, 35),
    12590: (110, 105), 12591: (140, 150), 12575: (240, 225), 12576: (120, 130),
    # våldtäkt, women: under 15, 15-17, 18+: attempts, outdoors, indoors by relation
    12921: (20, 25), 12923: (30, 25), 12935: (5, 10), 12943: (10, 5),
    13974: (25, 30), 13982: (5, 5), 13990: (20, 15), 13998: (10, 15),
    # grov fridskränkning: 0-17 and 18+ by relation; grov kvinnofridskränkning
    11308: (5, 5), 11748: (5, 5), 13937: (10, 15), 13939: (10, 10), 13938: (5, 5), 13940: (5, 10), 11751: (30, 35),
    # olaga hot: 0-17, groups, and 18+ by relation
    11316: (40, 35), 11317: (35, 40), 11320: (65, 60),
    14336: (115, 125), 14337: (45, 40), 14338: (50, 55), 14339: (60, 60),
    14323: (15, 20), 14324: (50, 45), 14325: (95, 100), 14326: (150, 145),
    # ofredande: the same
    11332: (70, 75), 11333: (45, 45), 11336: (40, 45),
    14361: (110, 120), 14362: (35, 30), 14363: (105, 100), 14364: (190, 195),
    14356: (20, 20), 14357: (25, 30), 14358: (90, 95), 14359: (160, 150),
    # olaga förföljelse: the same, without groups
    11325: (5, 5), 11326: (0, 5), 14319: (15, 20), 14320: (5, 0), 14321: (5, 10), 14322: (5, 5),
    14315: (5, 0), 14316: (0, 0), 14317: (5, 5), 14318: (5, 5),
    # barnfridsbrott, hedersförtryck, kontaktförbud
    14576: (95, 100), 14577: (105, 100), 14686: (10, 10), 14687: (5, 5), 14688: (5, 10), 14690: (0, 0), 11724: (60, 70),
}  # fmt: skip
"""BRÅ's id of a year's offence to its invented counts, where nothing is added."""
_SUMMOR: Mapping[int, tuple[int, ...]] = {
    12556: (12588, 12573), 12563: (12589, 12574), 12557: (12590, 12575), 12564: (12591, 12576),
    12549: (12556, 12563), 12550: (12557, 12564),
    12955: (13974, 13982, 13990, 13998), 12929: (12943, 12955), 12925: (12929, 12935), 12919: (12921, 12923, 12925),
    11307: (11308, 11748), 11749: (13937, 13939), 11750: (13938, 13940), 11306: (11307, 11749, 11750),
    11315: (11316, 11317), 11318: (14336, 14337, 14338, 14339), 11319: (14323, 14324, 14325, 14326),
    11314: (11315, 11318, 11319, 11320),
    11331: (11332, 11333), 11334: (14361, 14362, 14363, 14364), 11335: (14356, 14357, 14358, 14359),
    11330: (11331, 11334, 11335, 11336),
    11324: (11325, 11326), 11327: (14319, 14320, 14321, 14322), 11328: (14315, 14316, 14317, 14318),
    11323: (11324, 11327, 11328),
    14575: (14576, 14577), 14685: (14686, 14687), 14684: (14685, 14688, 14690),
}  # fmt: skip
"""An offence that is the sum of others, those first that others are made of."""
_BARN = {12255: (12549, (120, 125)), 12256: (12550, (180, 190))}
"""Misshandel of women and girls, of men and boys: those of 18+ and the invented ones of children."""
_BROTT_COLUMNS = ("kommunkod", "period", "periodtyp", "brott_id", "antal", "per_100000_inv")


def _brott() -> dict[int, Years]:
    counts = dict(_BROTT)
    for whole, parts in _SUMMOR.items():
        counts[whole] = _added(counts[p] for p in parts)
    counts |= {whole: _added((counts[adults], children)) for whole, (adults, children) in _BARN.items()}
    counts[11130] = _added(counts[whole] for whole in _BARN)
    return counts | {5036: (17_500, 17_250)}


def _added(parts: Iterable[Years]) -> Years:
    first, second = (sum(year) for year in zip(*parts, strict=True))
    return first, second


# --- population: women and men by age, in hundreds --------------------------------------------------------------------

_FOLKMANGD: Mapping[tuple[str, str], tuple[int, int, int]] = {
    ("Kvinnor", "0-17"): (17_200, 17_100, 17_000), ("Kvinnor", "18-64"): (47_300, 47_600, 47_900),
    ("Kvinnor", "65+"): (15_500, 15_800, 16_100),
    ("Män", "0-17"): (18_100, 18_000, 17_900), ("Män", "18-64"): (49_400, 49_700, 50_000),
    ("Män", "65+"): (13_500, 13_800, 14_100),
}  # fmt: skip
"""Invented inhabitants by sex and age on 31 December of ``LARGE.years``. All ages together are nowhere but in them."""


def _folkmangd() -> Iterable[tuple[object, ...]]:
    ages = sorted({age for _, age in _FOLKMANGD})
    for at, year in enumerate(LARGE.years):
        for age in ages:
            women, men = (_FOLKMANGD[kon, age][at] for kon in ("Kvinnor", "Män"))
            counts = (("Kvinnor", women), ("Män", men), ("Totalt", women + men))
            yield from ((NAMND, kon, year, f"{age} år", antal) for kon, antal in counts)


# --- Öppna jämförelser: the kommun's answers, and the shares of its län and the country -------------------------------

_OJ: Mapping[str, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    "Använder standardiserad bedömningsmetod": ((2, 80, 75), (2, 85, 80)),
    "Individuell uppföljning av insatser till våldsutsatta vuxna": ((1, 45, 40), (2, 50, 45)),
    "Systematisk uppföljning av insatser till våldsutsatta vuxna": ((0, 15, 10), (0, 15, 15)),
    "Kartläggning av omfattningen av våld mot vuxna": ((1, 30, 30), (2, 35, 30)),
    "Verksamhetssystem med uppgifter om antalet våldsutsatta vuxna som fått insatser": ((2, 55, 50), (2, 60, 55)),
    "Använder brukarnas uppfattning för att utveckla verksamheten": ((0, 20, 15), (1, 20, 20)),
    "Ärendehandledning till handläggare som utreder våldsärenden": ((2, 85, 85), (2, 85, 85)),
    "Aktuell samlad plan för kompetensutveckling för handläggare som utreder våldsärenden": ((0, 25, 25), (0, 30, 25)),
    "Aktuell rutin för att säkra skolgången för barn i skyddat boende": ((1, 40, 35), (1, 45, 40)),
    "Aktuell rutin vid indikation på att en vuxen utsatts för våld inom ekonomiskt bistånd": ((2, 75, 70), (2, 75, 75)),
    "Aktuell rutin vid indikation på att en vuxen utsatts för våld inom äldreomsorgen": ((0, 50, 45), (2, 55, 50)),
    "Stödsamtal till våldsutsatta vuxna": ((2, 95, 95), (2, 95, 95)),
    "Stödsamtal till våldsutsatta barn och barn som bevittnat våld": ((2, 90, 90), (2, 95, 90)),
    "Stödsamtal till vuxna som utövat våld": ((1, 80, 75), (1, 80, 80)),
    "Skyddat boende till våldsutsatta kvinnor": ((2, 95, 95), (2, 95, 95)),
    "Skyddat boende till våldsutsatta män": ((1, 85, 80), (2, 85, 85)),
    "Aktuell information om kommunens insatser till våldsutsatta kvinnor": ((2, 85, 80), (2, 90, 85)),
    "Aktuell information om kommunens insatser till våldsutsatta män": ((2, 75, 70), (2, 80, 75)),
    "Aktuell information på de vanligaste språken i kommunen": ((0, 35, 30), (1, 40, 35)),
    "Social jourverksamhet": ((2, 95, 90), (2, 95, 90)),
}
"""For each year the kommun's invented answer (2 ja, 1 delvis, 0 nej), and the share of ja in its län and the country.

The names are those of 2015: they have ids. Which indicators later years have is not for this file to say.
"""
_OJ_COLUMNS = ("Indikator", "Linköping", "Östergötlands län", "Andel ja (procent)")

# --- the jourer's reports, and a survey -------------------------------------------------------------------------------

JOUR = "Den påhittade kvinnojouren"
_IOP: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "kontakter": ((320, 15, 5, 340), (345, 20, 5, 370)), "kontakter_heder": ((35, 0, 0, 35), (40, 0, 0, 40)),
    "kontakter_under_18": ((20, 0, 0, 20), (25, 0, 0, 25)), "kontakttillfallen": ((1850,), (2035,)),
    "boende_vuxna": ((60, 0, 0, 60), (65, 0, 0, 65)), "boende_barn": ((35, 40, 0, 75), (45, 40, 0, 85)),
    "boendenatter": ((4950,), (5400,)), "boendenatter_vuxna": ((2450, 0, 0, 2450), (2650, 0, 0, 2650)),
    "boendenatter_barn": ((1150, 1350, 0, 2500), (1450, 1300, 0, 2750)),
    "nekade_platsbrist": ((45, 0, 0, 45), (60, 0, 0, 60)), "nekade_barn_platsbrist": ((25, 30, 0, 55), (35, 35, 0, 70)),
    "barn_skolplats": ((40,), (50,)), "enkat_tillfragade": ((150,), (160,)), "enkat_svar": ((95,), (105,)),
    "enkat_hjalpta": ((85,), (95,)), "utatriktade_aktiviteter": ((25,), (30,)),
    "utatriktade_deltagare": ((900,), (1100,)),
    "volontarer": ((35,), (40,)), "volontartimmar": ((3200,), (3450,)), "fast_anstallda": ((5,), (5,)),
}  # fmt: skip
_IOP_REASONS = {"otillrackliga_insatser": "raknas_inte"}

_FOREKOMST_COLUMNS = (
    *("omrade_typ", "omrade", "ar", "undersokning", "fraga", "titel", "alder", "kon"),
    *("andel_procent", "lag_procent", "hog_procent", "svarande", "kalldokument"),
)
_FRAGOR = {
    "partnervald": ("Utsatta för våld av en partner de senaste tolv månaderna", (10, 8, 12), (5, 4, 7)),
    "sokt_stod": ("Har sökt stöd hos kommunen eller en jour, av dem som utsatts", (25, 17, 34), (10, 4, 20)),
}
_SVARANDE = {"kvinna": 1200, "man": 1000}


@dataclass(frozen=True, slots=True)
class _File:
    """A delivery to be written: its name, content and what its följesedel says of it."""

    name: str
    content: str
    slip: Mapping[str, str]


def write_surroundings(folder: Path) -> list[Path]:
    """Write the invented deliveries about the large kommun's surroundings; returns the data files.

    Crimes and Öppna jämförelser of 2024 and 2025, the jour's reports of the same years, the population of 2023 to 2025
    and a survey of 2025, each with its följesedel. Öppna jämförelser are read of any year; the names are of 2015.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for one in _files():
        path = folder / one.name
        path.write_bytes(one.content.encode())
        files.append(_with_slip(path, one.slip))
    for at, year in enumerate(YEARS):
        path = folder / f"{PREFIX}_iop_{year}.xlsx"
        write_form(
            path, kommun=NAMND, ar=year, jour=JOUR, figures=_posts(at), reasons=_IOP_REASONS, pahittad=True
        )  # fmt: skip
        said = {"kalla": "iop", "tabell": "iop_rapport", "avsandare": JOUR, "period": str(year)}
        files.append(_with_slip(path, said | {"uttagsdatum": f"{year + 1}-01-31"}))
    return files


def _files() -> Iterable[_File]:
    brott = [
        (NAMND, year, "År", brott_id, antal[at], "")
        for at, year in enumerate(YEARS)
        for brott_id, antal in sorted(_brott().items())
    ]
    yield _file("bra_anmalda_brott", "2024-2025", _BROTT_COLUMNS, brott, "bra", "bra_brott", "2026-03-31")
    columns = ("kommunkod", "kon", "ar", "alder", "folkmangd")
    yield _file("scb_befolkning", "2023-2025", columns, _folkmangd(), "scb", "befolkning", "2026-02-22")
    for at, year in enumerate(YEARS):
        rows = [(name, *answers[at]) for name, answers in _OJ.items()]
        yield _file("oj", str(year), _OJ_COLUMNS, rows, "oj", "oj_indikator", f"{year}-06-30")
    survey = ("undersokning", "forekomst", "2025-11-30", "pahittad_enkat")
    yield _file("enkat", "2025", _FOREKOMST_COLUMNS, _enkat(), *survey)


def _enkat() -> Iterable[tuple[object, ...]]:
    for fraga, (titel, *shares) in _FRAGOR.items():
        for kon, (andel, lag, hog) in zip(_SVARANDE, shares, strict=True):
            yield (
                *("kommun", NAMND, 2025, "pahittad_enkat", fraga, f"{titel} (påhittad enkät)", "18_84", kon),
                *(andel, lag, hog, _SVARANDE[kon], "Påhittad enkät, finns inte"),
            )


def _posts(at: int) -> dict[Cell, int | None]:
    return {
        (post, kon): antal
        for post, years in _IOP.items()
        for kon, antal in zip(LATEST.posts[post][1].kon, years[at], strict=True)
    }


def _file(
    what: str, period: str, columns: Iterable[str], rows: Iterable[Iterable[object]], kalla: str, tabell: str,
    taken: str, urval: str = "",
) -> _File:  # fmt: skip
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    slip = {"kalla": kalla, "tabell": tabell, "avsandare": INVENTED, "uttagsdatum": taken, "period": period}
    name = f"{PREFIX}_{what}_{period.replace('-', '_')}.csv"
    return _File(name, text.getvalue(), slip | ({"urval": urval} if urval else {}))


def _with_slip(path: Path, said: Mapping[str, str]) -> Path:
    write_slip(slip_path(path), {**said, "namnd": NAMND, "omfang": "periodutdrag", "syntetisk": "ja"})
    return path
