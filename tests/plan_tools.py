"""Invented kommuner small enough to count by hand: persons with kön, age and insatser, as the cells of two tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assets.publicering import tryck
from assets.publicering.forbered import Skyddad, Underlag
from assets.publicering.system import build_system
from assets.publicering.tidigare import Tidigare
from assets.publicering.underlag import Raknad
from assets.publicering.varianter import VARIANTER, printed, span
from assets.tables.catalogue import TABLES
from assets.tables.spec import ALDER
from quality.disclosure.model import Pattern, Protection, Verdict
from quality.disclosure.policy import PRESETS
from quality.disclosure.release import released

FEM = PRESETS["fem"]
YEAR, POOLED = "2025", "2023_2025"
AGES = {g.code: g.members for g in ALDER.groups} | {"totalt": (), "18_25": ("18_25",), "26_40": ("26_40",)}
INSATSER = ("stodsamtal", "skyddat_boende")


@dataclass(frozen=True)
class Person:
    """Somebody invented, with one case."""

    kon: str
    alder: str
    insatser: tuple[str, ...] = ()


def people(women: int, men: int, *, housed: int = 0) -> list[Person]:
    """So many women and men, every other young, all with stödsamtal and ``housed`` women in skyddat boende."""
    ages = ("18_25", "26_40")
    return [
        Person("kvinna", ages[n % 2], INSATSER if n < housed else INSATSER[:1]) for n in range(women)
    ] + [Person("man", ages[n % 2], INSATSER[:1]) for n in range(men)]  # fmt: skip


def count(persons: Sequence[Person], period: str = YEAR) -> list[Raknad]:
    """Their cells in arenden (by age and kön) and insatser (by insatstyp and kön)."""
    found = []
    for kon in ("kvinna", "man", "totalt"):
        of_kon = [p for p in persons if kon in (p.kon, "totalt")]
        for age, members in AGES.items():
            n = sum(age == "totalt" or p.alder in members for p in of_kon)
            found += [_cell("arenden", m, period, {"aldersgrupp": age}, kon, n, n) for m in _ARENDEN]
        for kind in (*INSATSER, "totalt"):
            got = [i for p in of_kon for i in p.insatser if kind in (i, "totalt")]
            who = sum(kind in p.insatser or (kind == "totalt" and bool(p.insatser)) for p in of_kon)
            found.append(_cell("insatser", "antal_insatser", period, {"insatstyp": kind}, kon, len(got), who))
            found.append(_cell("insatser", "antal_personer", period, {"insatstyp": kind}, kon, who, who))
    return found


_ARENDEN = ("antal_arenden", "antal_personer")


def _cell(tabell: str, matt: str, period: str, codes: Mapping[str, str], kon: str, n: int, who: int) -> Raknad:
    koder = tuple((d, codes.get(d, "totalt")) for d in TABLES[tabell].view_columns)
    return Raknad(tabell, period, koder, kon, matt, "visas", float(n), who)


def underlag(
    cells: Iterable[Raknad], kommun: str = "0114", tidigare: Iterable[Tidigare] = ()
) -> Underlag:  # fmt: skip
    """What a choice is made from."""
    return Underlag(kommun, 2025, tuple(cells), tuple(tidigare), (), (), {}, 0)


def out(cells: Iterable[Raknad], utgava: int = 1, hidden: Collection[str] = ()) -> list[Tidigare]:
    """An edition that is out, in which all cells but some were printed."""
    return [Tidigare(utgava, c, "skyddas" if c.id in hidden else "visas") for c in cells]


def printed_as(
    cells: Sequence[Raknad], variant: str = "tva", *, hidden: Collection[str] = (), spans: bool = False
) -> Skyddad:  # fmt: skip
    """The tables of a variant with these cells hidden, taken as if audits had passed: for measuring, not for safety."""
    chosen = VARIANTER[variant]
    shown = [c for c in cells if printed(chosen, TABLES[c.tabell], c)]
    built = build_system(shown, TABLES, FEM)
    bands = {i: span(c.value) for i, c in built.system.cells.items() if spans and c.hideable and c.value}
    pattern = Pattern(frozenset(hidden) & {*built.system.cells}, bands)
    said = (built.system.digest(), pattern.digest())
    verdicts = tuple(Verdict(m, passed=True, system=said[0], pattern=said[1]) for m in ("certifikat", "lp"))
    tables = released(tryck.tables(built, pattern, FEM, TABLES, {}), built.system, pattern, verdicts)
    return Skyddad(chosen, built, Protection(pattern, ()), verdicts, tables)


def unsafe(made: Skyddad) -> Skyddad:
    """The same where an audit did not pass."""
    return replace(made, tables=())
