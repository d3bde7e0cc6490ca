"""How BRÅ writes periods, places and labels. Pure functions of one text; no files, no faults.

Free text of a file is stored only where every word of it is one that BRÅ uses: nothing else can then ride along.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from sources._values import fold
from warehouse.contracts.reference import kommuner, lan

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_QUARTER = re.compile(r"(?:kvartal|kv|q)\s*([1-4])")
_PREL = re.compile(r"\(?\bprel(?:\b\.?|imin[aä]ra?\b)\)?")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH_NAMES = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november"),
    "december",
)
_WHOLE_YEAR = frozenset({"", "ar", "helar", "ar_helar"})


@dataclass(frozen=True, slots=True)
class Period:
    """A period as the contract writes it: ``2025``, ``2025Q1`` or ``202501``."""

    nyckel: str
    periodtyp: str
    preliminar: str

    @property
    def ar(self) -> int:
        """Its year."""
        return int(self.nyckel[:4])


def period_of(*labels: str) -> Period | None:
    """The period that BRÅ's labels name together, in any order; None where they name none or several.

    ``År 2024``, ``Helår``, ``2013, Kvartal 2``, ``2026 prel., Aug`` (or the year and the rest in two labels).
    """
    text = " ".join(unicodedata.normalize("NFC", label) for label in labels).casefold()
    plain = _PREL.sub(" ", text)
    preliminar = "ja" if plain != text else "nej"
    years = set(_YEAR.findall(plain))
    if len(years) != 1:
        return None
    year = years.pop()
    rest = fold(_YEAR.sub(" ", plain))
    if rest in _WHOLE_YEAR:
        return Period(year, "ar", preliminar)
    if quarter := _QUARTER.fullmatch(rest.replace("_", " ")):
        return Period(f"{year}Q{quarter[1]}", "kvartal", preliminar)
    for number, names in enumerate(zip(_MONTHS, _MONTH_NAMES, strict=True), start=1):
        if rest in names or (rest == "sept" and number == 9):
            return Period(f"{year}{number:02d}", "manad", preliminar)
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """An area as ``omrade_typ`` and ``omrade`` of the contracts."""

    omrade_typ: str
    omrade: str


_COUNTRY = frozenset({"hela riket", "riket", "hela landet", "landet", "sverige"})
_NOT_KOMMUN = re.compile(r"stadsdel|stadsområde|stadsomrade|\bpolisregion|\bpolisområde|okänd kommun|övriga landet")


def place_of(name: str) -> Place | None:
    """The area that a name means: kommun, län or riket; None where none or more than one kommun fits.

    A kommun may be called ``Ale``, ``Ale kommun``, ``Österåkers kommun`` or ``Malung–Sälen``.
    """
    plain = _plain(name)
    if plain in _COUNTRY:
        return Place("riket", "riket")
    for code, title in lan().items():
        if plain == _plain(title):
            return Place("lan", code)
    codes = _kommun_names().get(plain, frozenset())
    return Place("kommun", next(iter(codes))) if len(codes) == 1 else None


def part_of_kommun(name: str) -> bool:
    """Whether a name says that it is a part of a kommun or a police area: no kommun, and no fault either."""
    return bool(_NOT_KOMMUN.search(unicodedata.normalize("NFC", name).casefold()))


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFC", name).casefold()
    return " ".join(re.sub(r"[‐‑‒–—−-]", " ", text).split())


@lru_cache(maxsize=1)
def _kommun_names() -> Mapping[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for code, title in kommuner().items():
        plain = _plain(title)
        genitive = plain if plain.endswith(("s", "x", "z")) else f"{plain}s"
        for word in (plain, *(f"{form} {kind}" for form in (plain, genitive) for kind in ("kommun", "stad"))):
            names.setdefault(word, set()).add(code)
    names.setdefault("region gotland", set()).add("0980")
    return MappingProxyType({name: frozenset(codes) for name, codes in names.items()})


_VOCABULARY = """
aktenskapsresa aktenskapstvang alder aldern aldre andel anmald anmalda anmalt annan annans antal ar aren arig
ariga ars av barn barnaktenskapsbrott barnfridsbrott bekant bekanta bekantskap bostad brott brotten dar den det
dodlig efter ej eller exkl familj flicka flickan flickor for forfoljelse forsok fr fran fridskrankning
fridskrankningar frihetsberovande genom grov grovt grupp handlagda heder hedersfortryck hedersrelaterade
hedersrelaterat hem hemmet hos hot i indelat indelning indikator indikatorer inkl inklusive inne inom inomhus
invanare kap kommun kon konsstympning kontaktforbud kvinna kvinnofridsbrott kvinnofridskrankning
kvinnofridskrankningar kvinnor lan m man med misshandel misshandelsbrott misshandelsbrotten misstankt misstankta
mot nara narstaende o obekant obekanta och offer offret ofredande olaga om over overgrepp overtradelse ovrig
ovriga pa parrelation parrelationer partnervald per person personer pojkar pojke procent relation relationer
riket saknas samt sexualbrott sexuella sexuellt slags slakt slaktskap som sorts summa synnerligen t tabell till
total totalt tvang under ungdom ungdomar uppgift upphor utan ute utgang utnyttjande utomhus utsatt utsatta
utsatthet vald valdet valdsbrott valdtakt valdtakter vid vilseledande vinr vuxen vuxet vuxna yngre
"""
_SMALL = re.compile(r"\d{1,2}|(?:19|20)\d\d|100|000|100000|[a-f]")
"""An age, a year, a section of law (4 a §), or the parts of 100 000."""
_NUMBERS = re.compile(r"(?:^|_)\d+_\d+_\d")
_WORDS = frozenset(_VOCABULARY.split())
_SIGNS = re.compile(r"[\w\s.,:()/§&+–—%-]*")


def known_label(text: str) -> bool:
    """Whether a label holds nothing but words, ages, years and law sections that BRÅ uses of these offences.

    Three numbers in a row are none of these (but ``100 000`` is): they could be somebody's.
    """
    words = fold(text).split("_")
    if not _SIGNS.fullmatch(text) or _NUMBERS.search("_".join(words).replace("100_000", "hundratusen")):
        return False
    return all(_SMALL.fullmatch(word) or word in _WORDS for word in words)
