"""Settings, from the environment (``KVINNOFRID_*``) or ``kvinnofrid.toml`` in the folder one stands in."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from quality.disclosure.policy import DEFAULT, PRESETS, Policy
from warehouse.contracts.reference import kommuner


class Settings(BaseSettings):
    """One installation's settings."""

    model_config = SettingsConfigDict(env_prefix="KVINNOFRID_", toml_file="kvinnofrid.toml", extra="forbid")

    home: Path = Field(Path(".kvinnofrid"), description="Where state lives")
    database_url: str | None = Field(None, description="A PostgreSQL of your own (15 or later); else the embedded one")
    dagster_url: str | None = Field(None, description="Dagster's own database; else <database>_dagster beside it")
    first_year: int = Field(2015, ge=1990, le=2100, description="First year that tables are counted for")
    keep_days: int = Field(730, ge=1, description="Days that accepted originals are kept, encrypted")
    keep_refused_days: int = Field(90, ge=1, description="Days that refused originals are kept, encrypted")
    mappings: Path = Field(Path("mappningar"), description="Folder of mappings, one YAML a kommun")
    corrections: Path = Field(Path("rattelser"), description="Folder of declared corrections of public data, YAML")
    expected: Path = Field(Path("forvantade.yaml"), description="Calendar of expected deliveries, YAML")
    tables: Path = Field(Path("tabeller"), description="Folder of the kommun's own tables, YAML")
    breaks: Path = Field(Path("seriebrott.yaml"), description="The kommun's own breaks in series, YAML")
    rapport: Path = Field(Path("rapport"), description="Folder of the kommun's own texts and Word template")
    minsta_bas: int = Field(10, ge=1, le=1000, description="Smallest number of answers behind a shown result")
    fore_innan: int = Field(30, ge=0, le=365, description="Före: at most this many days before a case's start")
    fore_efter: int = Field(14, ge=0, le=365, description="Före: at most this many days after a case's start")
    efter_innan: int = Field(14, ge=0, le=365, description="Efter: at most this many days before a case's end")
    efter_efter: int = Field(90, ge=0, le=365, description="Efter: at most this many days after a case's end")
    efter_boende: int = Field(30, ge=0, le=365, description="What came after skyddat boende: begun within so many days")
    keep_returned_days: int = Field(30, ge=1, description="Days that marked copies lie in the outbox, at most")
    fetch: tuple[Literal["kolada", "scb", "bra"], ...] = Field((), description="Public sources asked every week")
    kolada_url: str | None = Field("https://api.kolada.se/v3/", description="Kolada's API, version 3")
    scb_url: str | None = Field("https://statistikdatabasen.scb.se/api/v2/", description="SCB's PxWebApi, version 2")
    bra_url: str | None = Field(None, description="BRÅ's statistics database, up to and with the form's folder")
    rojanderegel: str = Field(DEFAULT, description="Disclosure rule of what is published; none publishes unprotected")
    rojanderegler: dict[str, str] = Field({}, description="The same for single nämnder, by kommunkod")
    grannar: dict[str, tuple[str, ...]] = Field({}, description="Kommuner that agreed to publish together, by name")
    schedule_on: bool = Field(False, description="Run every night at 04:00")
    sensor_on: bool = Field(False, description="Run when a delivery lands in the inbox")
    today: str | None = Field(None, description="Pretend that it is this day (YYYY-MM-DD), to repeat a run")

    @field_validator("database_url", "dagster_url")
    @classmethod
    def _postgres(cls, value: str | None) -> str | None:
        if value:
            from warehouse.database import normalise_url

            try:
                normalise_url(value)
            except Exception:  # SQLAlchemy's own text can hold the address, and so the password
                raise ValueError("not the address of a PostgreSQL") from None
        return value

    @field_validator("today")
    @classmethod
    def _day(cls, value: str | None) -> str | None:
        if value:
            date.fromisoformat(value)
        return value

    @field_validator("rojanderegel")
    @classmethod
    def _rule(cls, value: str) -> str:
        if value not in PRESETS:
            raise ValueError(f"not one of {', '.join(PRESETS)}")
        return value

    @field_validator("rojanderegler")
    @classmethod
    def _rules(cls, value: dict[str, str]) -> dict[str, str]:
        if not (set(value) <= set(kommuner()) and set(value.values()) <= set(PRESETS)):
            raise ValueError(f"a kommunkod and one of {', '.join(PRESETS)} each")
        return value

    @field_validator("grannar")
    @classmethod
    def _neighbours(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for name, codes in value.items():
            if not name.strip() or len(name) > 80 or not name.isprintable():
                raise ValueError("a group's name is 1 to 80 characters")
            if len(set(codes)) < 2 or len(set(codes)) < len(codes) or not set(codes) <= set(kommuner()):
                raise ValueError("a group is two or more kommunkoder, each once")
        return value

    def policy_of(self, namnd: str) -> Policy:
        """The disclosure rule that a nämnd has chosen, or the installation's."""
        return PRESETS[self.rojanderegler.get(namnd, self.rojanderegel)]

    @field_validator("home", "mappings", "corrections", "expected", "tables", "breaks", "rapport")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))
