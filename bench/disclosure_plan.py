"""Which table plan is chosen at 40, 100, 300 and 1 000 cases a year, how useful it is, and how long it takes.

``python -m bench.disclosure_plan [CASES ...]``. Invented records in memory: no database, no home. What is public or
reported by others (BRÅ, SCB, Kolada, ÖJ, jourer) is not in it.
"""

import sys
import tempfile
import time
from pathlib import Path

from assets.publicering.forbered import Underlag
from assets.publicering.plan import PUBLICERAS
from assets.publicering.underlag import Raknad, cells_of
from assets.publicering.val import Val, choose
from assets.publicering.varianter import POOLED
from assets.tables.spec import Inputs, Period
from bench.national_frames import inputs_of, record_tables
from quality.disclosure.policy import DEFAULT, PRESETS
from sources.synthetic import Plan, generate
from sources.synthetic.deliver import csv_parts

CASES = (40, 100, 300, 1000)
YEARS = (2022, 2023, 2024, 2025)
KOMMUN = "0580"


def records(cases: int, *, kommun: str = KOMMUN, years: tuple[int, ...] = YEARS, seed: int = 1) -> Inputs:
    """All that the tables read, of an invented kommun."""
    with tempfile.TemporaryDirectory(prefix="kf-plan-") as folder:
        for name, texts in generate(Plan(kommun, years, cases, seed)).items():
            texts.insert(0, "leverans_id", "1")
            texts.insert(1, "namnd", kommun)
            with (Path(folder) / f"{name}.csv").open("wb") as file:
                file.writelines(csv_parts(texts))
        return inputs_of(Path(folder), record_tables(), years)


def counted(inputs: Inputs, year: int, pooled: int = POOLED) -> list[Raknad]:
    """What may be published of it, for the year and for the pooled years."""
    found: list[Raknad] = []
    for period in (Period(year, year), Period(year - pooled + 1, year)):
        for spec in record_tables():
            if spec.name in PUBLICERAS:
                found += cells_of(spec, PUBLICERAS[spec.name], inputs, period)
    return found


def underlag(cases: int, *, kommun: str = KOMMUN, seed: int = 1) -> Underlag:
    """Everything before a choice; nothing is out since before."""
    cells = counted(records(cases, kommun=kommun, seed=seed), YEARS[-1])
    return Underlag(kommun, YEARS[-1], tuple(cells), (), (), (), {}, 0)


def line(cases: int, val: Val, seconds: float) -> str:
    """A row for each variant that was tried; the chosen one with a star."""
    rows = []
    for prov in val.provade:
        n = prov.nytta
        answers = f"{n.antal('helt')} helt, {n.antal('delvis')} delvis av {n.besvarbara}" if prov.saker else "-"
        shown = f"{100 * n.personer:.0f} %" if prov.saker else "-"
        best = f"{100 * n.personer_bast:.0f} %" if prov.saker else "-"
        part = f"{100 * (n.andel_visade or 0):.0f} % av {n.celler}" if prov.saker else "inte säker"
        star = "*" if prov.variant is val.skyddad.variant else " "
        women = str(n.kvinnor) if prov.saker else "-"
        rows.append(
            f"| {cases} | {prov.variant.namn}{star} | {answers} | {shown} | {best} | {part} | {women} |"
            f" {prov.sekunder:.1f} |"
        )
    rows.append(f"| {cases} | (alla prov) | | | | | | {seconds:.1f} |")
    return "\n".join(rows)


def main() -> None:
    """Print the table."""
    print("| Ärenden per år | Variant | Frågor | Personer i någon cell | Bästa indelning | Celler | Kvinnors | s |")
    print("|---|---|---|---|---|---|---|---|")
    for cases in [int(a) for a in sys.argv[1:]] or CASES:
        base = underlag(cases)
        began = time.perf_counter()
        val = choose(base, PRESETS[DEFAULT], seconds=600)
        print(line(cases, val, time.perf_counter() - began), flush=True)
        print(val.words, file=sys.stderr)


if __name__ == "__main__":
    main()
