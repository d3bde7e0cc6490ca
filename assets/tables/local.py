"""A kommun's own tables: from declarations in YAML to tables like the others. Files are read in ``local_read``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from assets.tables.local_bases import BASES, Base
from assets.tables.local_read import Declaration, DeclaredMeasure, read_declaration
from assets.tables.measures import andel
from assets.tables.persons import as_persons
from assets.tables.spec import ALDER, KON, Dimension, Fact, Form, How, Inputs, Measure, Period, TableSpec
from quality.identity_scan import mask_name
from warehouse.contracts.errors import UserError

Rows = Callable[[Inputs, Period], pd.DataFrame]

MOST_TABLES = 50


def read_tables(folder: Path, variables: Collection[str] | None = None) -> tuple[Mapping[str, TableSpec], list[str]]:
    """The tables that hold, by name in the order of the files, and what is wrong with the others.

    Each fault names file and line and says what to do. ``variables`` are the local variables that mappings declare;
    None where they cannot be known. No folder: no tables.
    """
    found: dict[str, TableSpec] = {}
    faults: list[str] = []
    paths = sorted(folder.glob("*.y*ml")) if folder.is_dir() else []
    if len(paths) > MOST_TABLES:
        faults.append(f"{folder.name}, rad 1: högst {MOST_TABLES} egna tabeller räknas; ta bort några filer.")
    for path in paths[:MOST_TABLES]:
        declared, wrong = read_declaration(path, variables)
        faults += wrong
        if declared is not None and declared.namn in found:
            faults.append(f"{mask_name(path.name)}, rad 1: namnet används redan av en annan fil; välj ett annat namn.")
        elif declared is not None:
            found[declared.namn] = spec_of(declared)
    return found, faults


def load_tables(folder: Path, variables: Collection[str] | None = None) -> Mapping[str, TableSpec]:
    """The kommun's own tables; none where there is no folder.

    Raises:
        UserError: naming file and line of everything that is wrong.
    """
    found, faults = read_tables(folder, variables)
    if faults:
        raise UserError("\n  ".join(["Kommunens egna tabeller går inte att använda:", *faults]))
    return found


def spec_of(declared: Declaration) -> TableSpec:
    """The table that is declared."""
    base = BASES[declared.bas]
    dimensions = (*(_dimension(name, base) for name in declared.dimensioner), *map(_local_dimension, declared.lokala))
    return TableSpec(
        name=declared.namn,
        title=declared.titel,
        population=declared.population,
        period_regel=declared.period_regel,
        enhet=declared.enhet,
        malgrupp=declared.malgrupp,
        dimensions=(*dimensions, KON),
        sources=_sources(declared, base),
        history=tuple(_sources(declared, base)),
        facts=_facts(declared, base),
        tertial=declared.tertial,
        remarks=_remarks(declared, base),
        notes=_notes(declared),
        breaks=("verksamhetssystem:beslut",) if declared.bas == "insats" else (),
        declaration=declared.digest,
    )


def _dimension(name: str, base: Base) -> Dimension:
    if name == ALDER.name:
        return ALDER
    column = base.coded[name]
    return Dimension(name, column.codes, column.title)


def _local_dimension(variable: str) -> Dimension:
    return Dimension(f"lokal_{variable}", None, f"Egen fråga: {variable}")


def _sources(declared: Declaration, base: Base) -> dict[str, tuple[str, ...]]:
    own = {c.name for c in base.contract.delivered()}
    numbers = {m.kolumn for m in declared.matt if m.kolumn}
    wanted = {*declared.columns, *numbers, *base.rules[declared.period_regel], base.key}
    wanted |= {base.role, "kon", *base.units.values()}
    sources = {declared.bas: tuple(n for n in (c.name for c in base.contract.delivered()) if n in wanted)}
    if "person_id" in base.units.values():
        cases = {"arende_id", "person_id", "kon", "startdatum", "slutdatum", *(wanted - own)}
        if declared.bas == "arende":
            cases |= wanted
        sources["arende"] = tuple(sorted(cases))
    if declared.lokala:
        sources["lokal_variabel"] = ("arende_id", "variabel", "varde")
        sources["lokal_deklaration"] = ("variabel", "titel", "varde", "etikett", "rad")
    return sources


# --- rows -------------------------------------------------------------------------------------------------------------


def _of_period(declared: Declaration, base: Base, inputs: Inputs, period: Period) -> pd.DataFrame:
    frame = inputs.frames[declared.bas]
    days = base.rules[declared.period_regel]
    if len(days) == 1:
        return frame[period.within(frame[days[0]])]
    return frame[frame[days[0]].notna() & period.touches(frame[days[0]], frame[days[1]])]


def _rows(declared: Declaration, base: Base) -> Rows:
    def rows(inputs: Inputs, period: Period) -> pd.DataFrame:
        found = _of_period(declared, base, inputs, period)
        if base.of_case:
            cases = inputs.frames["arende"]
            added = [n for n in dict.fromkeys((*_case_columns(declared, base), "arende_id")) if n in cases]
            found = found.merge(cases[added], on="arende_id", how="inner")
        if declared.roller:
            found = found[found[base.role].isin(declared.roller)]
        found = found.reset_index(drop=True)
        for measure in declared.matt:
            inside = pd.Series(True, index=found.index)
            for name, codes in measure.dar:
                inside &= _has(found[name], base.coded[name].kind == "codes", codes)
            found[f"har_{measure.namn}"] = inside
        for name in declared.dimensioner:
            if base.coded[name].kind == "codes":
                found = found.assign(**{name: found[name].astype("object").str.split(";")})
                found = found.explode(name, ignore_index=True)
        for variable in declared.lokala:
            found = _answered(found, variable, inputs)
        return found

    return rows


def _case_columns(declared: Declaration, base: Base) -> list[str]:
    own = {c.name for c in base.contract.delivered()}
    return [n for n in ("person_id", "kon", base.role, *sorted(declared.columns)) if n not in own]


def _has(values: pd.Series, several: bool, codes: Sequence[str]) -> pd.Series:
    if not several:
        return values.isin(codes)
    pattern = "(?:^|;)(?:" + "|".join(codes) + ")(?:;|$)"
    return values.astype("object").str.contains(pattern, regex=True).fillna(False).astype(bool)


def _answered(found: pd.DataFrame, variable: str, inputs: Inputs) -> pd.DataFrame:
    """The rows with their declared answers, one row an answer; a row of no unit for each declared answer."""
    column = f"lokal_{variable}"
    declared = _declared(inputs, variable)
    answers = inputs.frames["lokal_variabel"].astype({"variabel": "str", "varde": "str", "kommun": "str"})
    answers = answers[answers["variabel"] == variable].merge(declared[["kommun", "varde"]], on=["kommun", "varde"])
    answers = answers[["arende_id", "varde"]].drop_duplicates().rename(columns={"varde": column})
    shown = declared[["kommun", "leverans_id", "varde"]].rename(columns={"varde": column})
    shown = shown.assign(**{str(name): False for name in found if str(name).startswith("har_")})
    return pd.concat([found.merge(answers, on="arende_id", how="left"), shown], ignore_index=True)


def _declared(inputs: Inputs, variable: str) -> pd.DataFrame:
    rows = inputs.frames["lokal_deklaration"]
    rows = rows.astype(dict.fromkeys(("kommun", "variabel", "titel", "varde", "etikett"), "str"))
    rows = rows[rows["variabel"] == variable].sort_values("rad", kind="stable")
    return rows.drop_duplicates(["kommun", "varde"], keep="last")


def _as_persons(rows: Rows) -> Rows:
    def persons(inputs: Inputs, period: Period) -> pd.DataFrame:
        return as_persons(rows(inputs, period), inputs, period)

    return persons


# --- measures ---------------------------------------------------------------------------------------------------------


def _facts(declared: Declaration, base: Base) -> tuple[Fact, ...]:
    rows = _rows(declared, base)
    needs = tuple(dict.fromkeys((declared.bas, *(("arende",) if base.of_case else ()))))
    repeats = bool(declared.lokala) or any(base.coded[n].kind == "codes" for n in declared.dimensioner)
    dimensions = (*declared.dimensioner, *(f"lokal_{v}" for v in declared.lokala), "kon")
    split_by = tuple((f"lokal_{v}", "lokal_variabel") for v in declared.lokala)
    by_name = {m.namn: m for m in declared.matt}
    facts = []
    for of_persons in (False, True):
        mine = [m for m in declared.matt if _of_persons(m, declared, by_name) == of_persons]
        measures = [made for m in mine if m.slag != "andel" for made in _measure(m, declared, base, repeats, by_name)]
        measures += [made for m in mine if m.slag == "andel" for made in _measure(m, declared, base, repeats, by_name)]
        if measures:
            facts.append(
                Fact(
                    rows=_as_persons(rows) if of_persons else rows,
                    dimensions=dimensions,
                    measures=tuple(measures),
                    split_by=split_by,
                    needs=needs,
                )
            )
    return tuple(facts)


def _of_persons(measure: DeclaredMeasure, declared: Declaration, by_name: Mapping[str, DeclaredMeasure]) -> bool:
    if measure.slag == "andel":
        measure = by_name[measure.taljare]
    return measure.slag == "personer" or (measure.slag == "antal" and declared.enhet == "person")


def _measure(
    m: DeclaredMeasure, declared: Declaration, base: Base, repeats: bool, by_name: Mapping[str, DeclaredMeasure]
) -> tuple[Measure, ...]:
    where = f"har_{m.namn}"
    if m.slag == "andel":
        enhet = "person" if by_name[m.taljare].slag == "personer" else ""
        return (andel(m.namn, m.titel, m.taljare, m.namnare, bas=m.namnare, enhet=enhet),)
    if m.slag in ("antal", "personer"):
        enhet = "person" if m.slag == "personer" else declared.enhet
        unit: str | None = base.units[enhet]
        if unit == base.key and not repeats:
            unit = None
        return (Measure(m.namn, m.titel, unit=unit, where=where, enhet=enhet),)
    key = base.key if repeats else None
    if m.slag == "summa":
        return (Measure(m.namn, m.titel, "summa", unit=key, value=m.kolumn, where=where, form=_form(base, m.kolumn)),)
    behind = f"antal_{m.namn}"
    # The mean of the known ones: how many they are stands beside it, and decides whether it is shown.
    known = Measure(behind, f"{m.titel}: antal med uppgift", "antal", unit=base.key, value=m.kolumn, where=where)
    how: How = "medel" if m.slag == "medel" else "median"
    return (known, Measure(m.namn, m.titel, how, unit=key, value=m.kolumn, where=where, bas=behind))


def _form(base: Base, column: str) -> Form:
    return "kronor" if base.numbers[column] == "kronor" else "antal"


# --- notes ------------------------------------------------------------------------------------------------------------


def _notes(declared: Declaration) -> tuple[str, ...]:
    base = BASES[declared.bas]
    notes = [*declared.noter, "Tabellen är kommunens egen och kan inte jämföras med andra kommuner."]
    if any(m.slag == "personer" for m in declared.matt) or declared.enhet == "person":
        notes.append("En person räknas en gång i varje cell, med kön och ålder ur personens senaste ärende.")
    several = [base.coded[n].title for n in declared.dimensioner if base.coded[n].kind == "codes"]
    notes += [f"{title} kan ha flera svar: totalen är inte summan av dem." for title in several]
    if declared.lokala:
        notes.append("Ett ärende kan ha flera svar på en egen fråga, eller inget: totalen är inte summan av svaren.")
    if any(m.slag in ("andel", "medel", "median") for m in declared.matt):
        notes.append(
            "Andelar, medelvärden och medianer visas bara där basen är minst så stor som kommunen ställt in (10 om "
            "inget annat är valt)."
        )
    return tuple(notes)


def _remarks(declared: Declaration, base: Base) -> Callable[[Inputs, Period], tuple[str, ...]]:
    def remarks(inputs: Inputs, period: Period) -> tuple[str, ...]:
        notes = []
        if base.of_case:
            rows = _of_period(declared, base, inputs, period)
            lost = int((~rows["arende_id"].isin(inputs.frames["arende"]["arende_id"])).sum())
            if lost:
                notes.append(
                    f"{lost} rader är inte räknade: deras ärenden har inte levererats, eller ligger i karantän."
                )
        for variable in declared.lokala:
            known = _declared(inputs, variable)
            if known.empty:
                notes.append(f"Frågan {variable} är inte levererad: bara totalen kan visas.")
                continue
            labels = "; ".join(f"{code} = {text}" for code, text in zip(known["varde"], known["etikett"], strict=True))
            notes.append(f"{variable} = {known['titel'].iloc[0]}. {labels}.")
        return tuple(notes)

    return remarks
