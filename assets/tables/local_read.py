"""One YAML file of a kommun's own as a declared table; says by line what cannot be. Counts nothing."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

from assets.tables.local_bases import BASES, NEVER, SENSITIVE, Base
from assets.tables.local_yaml import Page, nearest

KEYS = (
    *("namn", "titel", "population", "bas", "period_regel", "enhet", "malgrupp", "roller", "dimensioner", "matt"),
    *("noter", "tertial"),
)
REQUIRED = ("namn", "titel", "population", "bas", "period_regel", "enhet", "malgrupp", "matt")
SLAG = ("antal", "personer", "andel", "summa", "medel", "median")
LOCAL = "lokal:"
MOST_DIMENSIONS, MOST_MEASURES = 3, 20

_MEASURE_KEYS = ("namn", "titel", "slag", "dar", "kolumn", "taljare", "namnare")
_PREFIX = {"antal": "antal", "personer": "antal"}
_NEEDS = {
    "andel": ("taljare", "namnare"),
    "summa": ("kolumn",),
    "medel": ("kolumn",),
    "median": ("kolumn",),
}

Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class DeclaredMeasure:
    """A measure: ``dar`` limits it to codes by column."""

    namn: str
    titel: str
    slag: str
    dar: Where = ()
    kolumn: str = ""
    taljare: str = ""
    namnare: str = ""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A table as its file says it."""

    namn: str
    titel: str
    population: str
    bas: str
    period_regel: str
    enhet: str
    malgrupp: str
    roller: tuple[str, ...]
    dimensioner: tuple[str, ...]
    lokala: tuple[str, ...]
    matt: tuple[DeclaredMeasure, ...]
    noter: tuple[str, ...]
    tertial: bool

    @property
    def digest(self) -> str:
        """What makes it unlike another declaration."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def columns(self) -> set[str]:
        """The coded columns that it splits or limits by."""
        return {*self.dimensioner, *(name for m in self.matt for name, _ in m.dar)}


def read_declaration(path: Path, variables: Collection[str] | None) -> tuple[Declaration | None, list[str]]:
    """The file's table, or None and what is wrong: file, line, what and what to do.

    ``variables`` are the local variables that the mappings declare; None where they cannot be known.
    """
    page = Page(path)
    node = page.node()
    if node is None:
        if not page.wrong:
            page.fault(1, f"filen är tom; en tabell har nycklarna {', '.join(REQUIRED)}")
        return None, page.faults
    made = _table(page, node, variables)
    return (None if page.wrong else made), page.faults


def _table(page: Page, node: yaml.Node, variables: Collection[str] | None) -> Declaration | None:
    said = page.pairs(node, KEYS, REQUIRED)
    name = page.named(
        said.get("namn"), "namn", r"lokal_[a-z][a-z0-9_]{1,33}(?<!_bred)(?<!_status)",
        "börja med lokal_, följt av a till z, siffror och _, högst 40 tecken, och sluta inte på _bred",
    )  # fmt: skip
    titel, population, malgrupp = (
        page.prose(said.get(key), key, longest)
        for key, longest in (("titel", 100), ("population", 300), ("malgrupp", 120))
    )
    bas = page.one_of(said.get("bas"), "bas", BASES)
    if not bas:
        return None
    base = BASES[bas]
    regel = page.one_of(said.get("period_regel"), "period_regel", base.rules)
    enhet = page.one_of(said.get("enhet"), "enhet", base.units)
    roles = base.columns[base.role].allowed
    roller = page.codes(said.get("roller"), "roller", roles)
    dimensioner, lokala = _dimensions(page, said.get("dimensioner"), base, variables)
    matt = _measures(page, said.get("matt"), base)
    noter = tuple(page.prose(item, "noter", 400) for item in page.items(said.get("noter")))
    tertial = page.yes(said.get("tertial"), "tertial")
    made = Declaration(
        name, titel, population, bas, regel, enhet, malgrupp, roller, dimensioner, lokala, matt, noter, tertial
    )
    _crossings(page, said, made)
    return made


def _dimensions(
    page: Page, node: yaml.Node | None, base: Base, variables: Collection[str] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    columns: list[str] = []
    local: list[str] = []
    for item in page.items(node):
        name = page.word(item, "dimensioner")
        if name in columns or name.removeprefix(LOCAL) in local:
            page.fault(item, "dimensioner: samma dimension står två gånger")
        elif name.startswith(LOCAL):
            if _local(page, item, name.removeprefix(LOCAL), base, variables):
                local.append(name.removeprefix(LOCAL))
        elif name == "kon":
            page.fault(item, "kön är alltid med; ta bort det här")
        elif name and _column(page, item, name, base):
            columns.append(name)
    if len(columns) + len(local) > MOST_DIMENSIONS and node is not None:
        page.fault(node, f"högst {MOST_DIMENSIONS} dimensioner utöver kön; fler ger celler med enstaka personer")
    return tuple(columns), tuple(local)


def _local(page: Page, node: yaml.Node, name: str, base: Base, variables: Collection[str] | None) -> bool:
    if "arende_id" not in base.units.values():
        page.fault(node, "egna frågor hör till ärenden och kan inte dela upp aktualiseringar; ta bort raden")
    elif variables is not None and name not in variables:
        what = nearest(name, variables) if variables else "ingen mappning har några frågor under lokala"
        page.fault(node, f"frågan finns inte i någon mappning; {what}")
    elif not name.replace("_", "a").isalnum() or not name.isascii() or not name.islower() or len(name) > 40:
        page.fault(node, "frågans namn skrivs som i mappningen: a till z, siffror och _")
    else:
        return True
    return False


def _column(page: Page, node: yaml.Node, name: str, base: Base) -> bool:
    """Whether a column may split a table; what is wrong is told."""
    if name in base.coded:
        return True
    known = base.columns.get(name)
    if name in NEVER:
        page.fault(node, "skyddade personuppgifter styr hanteringen och redovisas aldrig; ta bort kolumnen")
    elif known is not None:
        why = "ett id" if known.kind == "pseudonym" else "ingen kolumn med koder"
        page.fault(node, f"kolumnen är {why} och kan inte användas här. Tillåtet: {', '.join(base.coded)}")
    else:
        page.fault(node, f"kolumnen finns inte; {nearest(name, base.coded)}")
    return False


def _measures(page: Page, node: yaml.Node | None, base: Base) -> tuple[DeclaredMeasure, ...]:
    found: dict[str, tuple[DeclaredMeasure, yaml.Node]] = {}
    if node is not None and not isinstance(node, yaml.SequenceNode):
        page.fault(node, "matt ska vara en lista: varje mått börjar med - namn:")
        return ()
    for item in page.items(node):
        made = _measure(page, item, base)
        if made is None:
            continue
        if made.namn in found:
            page.fault(item, "matt: namnet används redan; välj ett annat")
        found[made.namn] = (made, item)
    if node is not None and not 1 <= len(page.items(node)) <= MOST_MEASURES:
        page.fault(node, f"matt ska ha mellan 1 och {MOST_MEASURES} mått")
    for made, item in found.values():
        if made.slag == "andel":
            _share(page, item, made, {name: m for name, (m, _) in found.items()})
        if made.slag == "personer" and "person" not in base.units:
            page.fault(item, "personer kan inte räknas här: raderna hör inte till någon känd person")
    return tuple(m for m, _ in found.values())


def _measure(page: Page, node: yaml.Node, base: Base) -> DeclaredMeasure | None:
    before = len(page.wrong)
    said = page.pairs(node, _MEASURE_KEYS, ("namn", "titel", "slag"))
    slag = page.one_of(said.get("slag"), "slag", SLAG)
    prefix = _PREFIX.get(slag, slag)
    name = page.named(
        said.get("namn"), "namn", rf"{prefix}_(?!medel_|median_)[a-z][a-z0-9_]{{1,33}}(?<!_status)(?<!_lag)(?<!_hog)",
        f"börja med {prefix}_, följt av a till z, siffror och _, högst 40 tecken",
    )  # fmt: skip
    titel = page.prose(said.get("titel"), "titel", 100)
    wanted = {"namn", "titel", "slag", *_NEEDS.get(slag, ()), *(() if slag == "andel" else ("dar",))}
    if slag:
        for key in said.keys() - wanted:
            page.fault(said[key], f"{key} hör inte till ett mått av slaget {slag}; ta bort raden")
        for key in sorted(wanted - said.keys() - {"dar"}):
            page.fault(node, f"{key} saknas; ett mått av slaget {slag} behöver den")
    where: list[tuple[str, tuple[str, ...]]] = []
    if "dar" in said and slag != "andel":
        for key, value in page.pairs(said["dar"], [*base.columns]).items():
            if key == base.role:
                page.fault(value, "begränsa rollen med roller, för hela tabellen")
            elif _column(page, value, key, base):
                where.append((key, page.codes(value, key, base.coded[key].allowed)))
    column = page.word(said.get("kolumn"), "kolumn") if slag in ("summa", "medel", "median") else ""
    if column and column not in base.numbers:
        what = nearest(column, base.numbers) if base.numbers else "här finns inga kolumner med tal"
        page.fault(said["kolumn"], f"kolumn ska vara en kolumn med tal; {what}")
    parts = (page.word(said.get("taljare"), "taljare"), page.word(said.get("namnare"), "namnare"))
    if len(page.wrong) > before:
        return None
    return DeclaredMeasure(name, titel, slag, tuple(sorted(where)), column, *parts)


def _share(page: Page, node: yaml.Node, share: DeclaredMeasure, known: dict[str, DeclaredMeasure]) -> None:
    """A share is of two counts of the same kind, the one a part of the other."""
    parts = [known.get(name) for name in (share.taljare, share.namnare)]
    if any(p is None or p.slag not in ("antal", "personer") for p in parts):
        page.fault(node, "taljare och namnare ska vara namn på mått i samma tabell, av slaget antal eller personer")
        return
    part, whole = (p for p in parts if p is not None)
    limits = dict(part.dar)
    inside = all(name in limits and set(limits[name]) <= set(codes) for name, codes in whole.dar)
    if part.slag != whole.slag or not inside or part.namn == whole.namn:
        page.fault(node, "täljaren ska vara en del av nämnaren: samma slag, och allt som står i nämnarens dar")


def _crossings(page: Page, said: dict[str, yaml.Node], made: Declaration) -> None:
    node = said.get("dimensioner", said["bas"])
    for columns, why in SENSITIVE:
        if columns <= made.columns:
            page.fault(node, f"{why}; ta bort någon av {' och '.join(sorted(columns))}, också ur måttens dar")
