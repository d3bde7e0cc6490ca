"""``kvinnofrid mapping``: try a mapping on a delivery, or have one proposed. Stores nothing, shows no value."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.exits import Exit

if TYPE_CHECKING:
    from sources.mapping import Mapping
    from sources.mapping.check import Finding, Judge, Report

app = typer.Typer(help="Mappings of verksamhetssystem: check one, or have one proposed.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The mapping, a YAML file.")],
    against: Annotated[
        Path | None, typer.Option("--against", help="A delivery to read with it. Nothing of it is stored or shown.")
    ] = None,
    tabell: Annotated[
        str | None, typer.Option("--tabell", help="The table that the delivery fills, where the mapping does not say.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a mapping, alone or against a delivery: columns, rows, faults and codes that it does not translate."""
    from pipelines import show
    from quality.identity_columns import refused_columns
    from quality.identity_scan import mask_name
    from sources.mapping import load_mapping

    mapping = load_mapping(file, refused=refused_columns, name=mask_name(file.name))
    if against is None:
        told = _about(mapping)
        if as_json:
            show.emit(told)
        else:
            show.say(f"Mappningen {mapping.name} {mapping.version} går att använda.")
            show.say(f"Tabeller: {', '.join(told['tabeller']) or 'inga egna, bara det som gäller alla'}.")
            if told["lokala"]:
                show.say(f"Lokala variabler: {', '.join(told['lokala'])}.")
        return
    report = _examined(mapping, against, tabell)
    if as_json:
        show.emit({"mappning": mapping.name, "version": mapping.version, "gar_bra": report.good, **asdict(report)})
    else:
        _tell(mapping, report)
    raise typer.Exit(Exit.OK if report.good else Exit.MEND)


@app.command()
def suggest(
    delivery: Annotated[Path, typer.Argument(help="An extract to propose a mapping for.")],
    out: Annotated[Path | None, typer.Option("-o", "--ut", help="File to write; else it is printed.")] = None,
) -> None:
    """Propose a mapping from a delivery's headers and shapes. Values of persons are never shown."""
    import sys

    from pipelines import show
    from quality.identity_columns import refused_columns
    from quality.identity_scan import mask_name
    from sources.base import Unreadable
    from sources.mapping.suggest import propose
    from warehouse.contracts.errors import UserError

    try:
        text = propose(_content(delivery), delivery.name, refused=refused_columns, identifies=_identifies)
    except Unreadable as error:
        raise UserError(_sentence(error)) from None
    if out is None:
        sys.stdout.write(text)
        return
    try:
        with out.open("x", encoding="utf-8", newline="\n") as target:
            target.write(text)
    except FileExistsError:
        raise UserError(f"{mask_name(out.name)} finns redan och skrivs inte över. Välj ett annat namn.") from None
    except OSError:
        raise UserError(f"{mask_name(out.name)} går inte att skriva. Finns mappen?") from None
    show.say(f"Förslaget är skrivet till {mask_name(out.name)}. Fyll i det som fattas och pröva det sedan:")
    show.say(f"kvinnofrid mapping check {mask_name(out.name)} --against {mask_name(delivery.name)}")


def _content(delivery: Path) -> bytes:
    from quality.identity_scan import mask_name
    from warehouse.contracts.errors import UserError

    try:
        return delivery.read_bytes()
    except OSError:
        raise UserError(f"{mask_name(delivery.name)} går inte att läsa. Finns filen, och är det en fil?") from None


def _sentence(error: Any) -> str:
    from warehouse.contracts.faults import explain

    return " ".join(" ".join(explain(f.regel, f.kolumn)) for f in error.faults)


def _identifies(texts: list[str]) -> list[bool]:
    """Which texts may point to a person."""
    import pandas as pd

    from quality.identity_scan import find_identifiers

    hits = set(find_identifiers(pd.DataFrame({"text": texts}, dtype="str"))["rad_index"])
    return [place in hits for place in range(len(texts))]


def _about(mapping: "Mapping") -> dict[str, Any]:
    tables = [*mapping.tabeller, *(t for f in mapping.filer for t in f.tabeller)]
    return {
        "mappning": mapping.name,
        "version": mapping.version,
        "gar_bra": True,
        "tabeller": list(dict.fromkeys(tables)),
        "lokala": [v.namn for v in mapping.lokala],
    }


def _examined(mapping: "Mapping", delivery: Path, tabell: str | None) -> "Report":
    from datetime import date, datetime

    from quality.validation import allowed
    from sources import foljesedel
    from sources.base import Unreadable
    from sources.mapping.check import examine
    from warehouse.contracts.swedish import STOCKHOLM

    content = _content(delivery)
    try:
        slip = foljesedel.read_slip(foljesedel.slip_path(delivery))
    except Unreadable as error:
        from warehouse.contracts.errors import UserError

        raise UserError(f"Filens följesedel går inte att använda. {_sentence(error)}") from None
    if tabell:
        slip["tabell"] = tabell
    try:
        taken = date.fromisoformat(str(slip.get("uttagsdatum")))
    except ValueError:
        taken = datetime.now(STOCKHOLM).date()
    return examine(mapping, content, delivery.name, slip, _judge(taken), allowed)


def _judge(taken: "Any") -> "Judge":
    """Identity and validation as a delivery of that day meets them, under a key that nobody keeps."""
    import secrets

    from quality.deidentify import deidentify
    from quality.identity import Pseudonymizer
    from quality.validation import parse
    from sources.base import Part
    from warehouse.contracts.delivery import Facts, Fault
    from warehouse.contracts.registry import CONTRACTS

    pseudonymizer = Pseudonymizer(secrets.token_bytes(32), 1)

    def judge(part: Part) -> tuple[int, list[Fault]]:
        contract = CONTRACTS[part.tabell]
        facts = Facts("verksamhetssystem", part.tabell, "0000", "prov", taken, "helbild")
        clean = deidentify(part.table, contract, facts, pseudonymizer)
        if clean.refused:
            return 0, clean.faults
        good, broken = parse(contract, clean.table, taken)
        faults = [*clean.faults, *broken]
        bad = {f.rad for f in (*part.table.faults, *faults)}
        # Rows of the file, as the receipt counts them: one may hold several answers.
        return int(good.loc[~good["rad"].isin([r for r in bad if r is not None]), "rad"].nunique()), faults

    return judge


def _tell(mapping: "Mapping", report: "Report") -> None:
    from pipelines import show

    names = ", ".join(t.tabell for t in report.tabeller)
    show.say(f"Läst med mappningen {mapping.name} {mapping.version}" + (f": filen fyller {names}." if names else "."))
    for table in report.tabeller:
        where = table.kolumner
        show.say(f"\n{table.titel} ({table.tabell}): {table.rader_lasta} lästa, {table.rader_godkanda} godkända")
        if where.funna:
            show.say("  Hittade kolumner: " + ", ".join(f"{n} ({at})" for n, at in where.funna.items()))
        if where.standard:
            show.say("  Fylls med standardvärde: " + ", ".join(where.standard))
        if where.behovs:
            show.say("  Saknas och behövs: " + ", ".join(where.behovs))
        if optional := [n for n in where.saknade if n not in where.behovs]:
            show.say("  Finns inte i filen (får saknas): " + ", ".join(optional))
        for column, count in table.otolkade.items():
            letter = where.funna.get(column)
            at = f" (kolumn {letter})" if letter else ""
            show.say(f"  Utan översättning i {column}{at}: {count} olika {'kod' if count == 1 else 'koder'}")
        _list(table.fel)
    if report.okanda_kolumner:
        show.say(f"\nKolumner som inget läser: {', '.join(report.okanda_kolumner)}")
    if report.fel:
        show.say("\nFilen skulle avvisas:")
        _list(report.fel)
    show.say("\nAllt skulle läsas in." if report.good else "\nRätta mappningen eller uttaget och pröva igen.")


def _list(findings: "tuple[Finding, ...]") -> None:
    from pipelines import show

    for found in findings:
        places = "; ".join(found.platser)
        more = "; ..." if places and found.antal > len(found.platser) else ""
        show.say(f"  {found.antal} × {found.fel}" + (f" ({places}{more})" if places else ""))
        show.say(f"      {found.gor_sa_har}")
