"""What the commands share: options and what they turn into. Imports nothing slow."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from pipelines.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]
Years = Annotated[str | None, typer.Option("--ar", help="Year or span of years, e.g. 2019 or 2017-2019.", metavar="ÅR")]
Overwrite = Annotated[bool, typer.Option("--skriv-over", help="Write over a file that exists.")]
Kommun = Annotated[str, typer.Option("--kommun", help="Kommunkod, four digits, e.g. 0114.", metavar="KOD")]


def settings() -> "Settings":
    """The settings; says which one cannot be used."""
    from pydantic import ValidationError

    from pipelines.settings import Settings
    from warehouse.contracts.errors import UserError

    try:
        return Settings()
    except ValidationError as error:
        faults = sorted({(".".join(str(p) for p in e["loc"][:1]), str(e["msg"]).removeprefix("Value error, "))
                         for e in error.errors(include_input=False, include_url=False)})  # fmt: skip
        told = "\n  ".join(f"{name} (KVINNOFRID_{name.upper()}): {why}" for name, why in faults)
        raise UserError(f"Inställningen går inte att använda. Se README, Settings.\n  {told}") from None
    except ValueError as error:
        if type(error).__name__ == "SettingsError":  # pydantic-settings could not parse a variable
            raise UserError(
                "En inställning i miljön är inte JSON. Skriv till exempel "
                """KVINNOFRID_ROJANDEREGLER='{"0114": "tio"}' eller KVINNOFRID_GRANNAR='{"Norr": ["0114", "0115"]}'."""
            ) from None
        raise UserError("Filen kvinnofrid.toml går inte att läsa som TOML. Rätta den eller ta bort den.") from None


def span(text: str | None) -> tuple[int, int] | None:
    """First and last year of ``2019`` or ``2017-2019``."""
    if text is None:
        return None
    first, _, last = text.partition("-")
    try:
        years = int(first), int(last or first)
    except ValueError:
        years = (0, 0)
    if not 1975 <= years[0] <= years[1] <= 2100:
        raise typer.BadParameter("write a year from 1975, or a span such as 2017-2019", param_hint="--ar")
    return years


def known_kommun(code: str) -> str:
    """The code, if there is such a kommun."""
    from warehouse.contracts.errors import UserError
    from warehouse.contracts.reference import kommuner

    if code not in kommuner():
        raise UserError("Kommunkoden finns inte. Skriv fyra siffror, till exempel 0114 för Upplands Väsby.")
    return code


def free_file(path: Path, endings: tuple[str, ...], *, overwrite: bool, option: str) -> Path:
    """The file to write, where its name is right and nothing stands in the way."""
    if path.suffix.casefold() not in endings:
        raise typer.BadParameter(f"Filens namn ska sluta på {' eller '.join(endings)}.", param_hint=option)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise typer.BadParameter("Mappen finns inte, eller så är det en mapp som heter så.", param_hint=option)
    if path.exists() and not overwrite:
        raise typer.BadParameter(
            "Filen finns redan. Välj ett annat namn, eller lägg till --skriv-over.", param_hint=option
        )
    return path


def a_day(text: str, option: str) -> "date":
    """The day of ``YYYY-MM-DD``."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day as YYYY-MM-DD", param_hint=option) from None
