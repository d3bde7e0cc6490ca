"""The tabellplan as a page for readers and for those who build on its views: ``docs/tabeller.md``.

Run as ``python -m assets.tables.dictionary > docs/tabeller.md``. A test fails when the page is stale.
"""

import sys
from collections.abc import Iterator

from assets.tables.catalogue import TABLES, Plan
from assets.tables.presentation import rule_of
from assets.tables.spec import Measure, TableSpec
from warehouse.contracts.codes import TOTAL, label
from warehouse.contracts.registry import CONTRACTS

_INTRODUCTION = """# Tabellplanen

Den här sidan skrivs av programmet ur tabellernas deklarationer (`python -m assets.tables.dictionary`). Hur det räknas
står i [metod.md](metod.md), vad källorna är i [kallor.md](kallor.md).

## Läsa tabellerna i Qlik Sense, Power BI och Excel

Gör en inloggning, lösenordet visas en gång: `kvinnofrid db login powerbi --roll kvalitet`. Den inbyggda databasen
svarar bara på den egna maskinen: `kvinnofrid db start --tcp 5433`, sedan server `127.0.0.1`, port 5433, databas
`kvinnofrid`. För program på andra maskiner behövs en egen server (`KVINNOFRID_DATABASE_URL`), helst med TLS.

Tabellerna läses direkt i PostgreSQL, med en inloggning som har rollen `kvinnofrid_kvalitet`. De ligger i schemat
`tabell` och är **inom sekretess**: de är underlag, inte röjandekontrollerade.

| Vy | Vad den ger |
|---|---|
| `tabell.<namn>` | en rad per cell: `kommun`, `ar`, `period`, tabellens dimensioner, `kon`, `matt`, `varde`, `status` |
| `tabell.<namn>_bred` | en rad per kombination av dimensioner: varje mått som en kolumn, och `<mått>_status` |
| `tabell.plan` | tabellerna: titel, population, enhet, periodregel, dimensioner |
| `tabell.matt` | måtten: titel, slag, form, vad ett härlett mått är räknat av, vad som summerar till totalen |
| `tabell.kod` | vad koderna heter, i ordning; grupper har sina delar |
| `tabell.anmarkning` | anmärkningarna till varje tabell och år: läs dem alltid |

- Vyernas namn, kolumner och koder ändras inte utan att det står i CHANGELOG. Nya mått och koder kan komma till.
- `period` är året (`2019`) eller en del av det: `2019T1` till `2019T3` (tertial); för Brås siffror också `2019Q1` och
  `201901`. Filtrera alltid på `period`, annars räknas samma sak flera gånger.
- `totalt` i en dimension är totalen, och grupper (`under_18`) står bredvid sina delar. Summera aldrig dem med delarna,
  och summera aldrig ett mått som räknar unika (`unik` i `tabell.matt`): totalen står i tabellen.
- `varde` är tomt om `status` inte är `visas`: `saknas` (uppgiften finns inte, eller bygger på för få svar),
  `ej_tillampligt` (kan inte förekomma), `skyddas` (bara i det som publiceras). Noll är ett tal. Tomt är aldrig noll.
- Andelar är tal mellan 0 och 1.
"""


def page(plan: Plan = TABLES) -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(line for spec in plan.values() for line in _table(spec))]).rstrip() + "\n"


def _table(spec: TableSpec) -> Iterator[str]:
    periods = "år och tertial" if spec.tertial else "år"
    yield f"## {spec.title} (`{spec.name}`)\n"
    yield f"{spec.population}\n"
    yield f"- {rule_of(spec)} Perioder: {periods}."
    yield f"- Målgrupp: {spec.malgrupp}."
    yield "- Källor: " + ", ".join(f"{CONTRACTS[n].title().lower()} (`{n}`)" for n in spec.sources) + "."
    for dimension in spec.dimensions:
        codes = [f"`{c}` {dimension.word(c)}" for c in dimension.values]
        codes += [f"`{g.code}` {g.title}" for g in dimension.groups]
        told = "; ".join(codes) if codes else "koderna kommer med uppgifterna"
        total = f"; `{TOTAL}` Totalt" if dimension.total else ". Ingen total: delarna får inte läggas ihop"
        yield f"- `{dimension.name}`, {dimension.title}: {told}{total}."
    yield "\n| Mått | Vad det är | Räknas |\n|---|---|---|"
    for measure in spec.shown_measures:
        yield f"| `{measure.name}` | {measure.title} | {_how(measure)} |"
    if spec.notes:
        yield ""
        yield from (f"- {note}" for note in spec.notes)
    yield ""


def _how(measure: Measure) -> str:
    said = {
        "antal": "unika " + (measure.unit or "").removesuffix("_id") if measure.unit else "antal",
        "summa": "summa",
        "medel": "medelvärde",
        "median": "median",
        "harledd": ("av " + ", ".join(f"`{p}`" for p in measure.parts)) if measure.parts else "härlett",
    }[measure.how]
    if measure.enhet:
        said += f"; enhet {label('enhet', measure.enhet).lower()}"
    if measure.period_regel:
        said += f"; {label('period_regel', measure.period_regel).lower()}"
    if measure.bas:
        said += f"; visas när `{measure.bas}` når minsta bas"
    return said + ("; lämnas aldrig ut" if measure.intern else "")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())
