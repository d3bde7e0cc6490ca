"""Contracts of schemas ``omvarld`` and ``verksamhet``: no person records.

``omvarld`` is public data about the world around, ``verksamhet`` what the organisation reports about itself.
"""

import pandas as pd

from warehouse.contracts.base import Contract, Kanslighet, kol, table

O, I = Kanslighet.OPPEN, Kanslighet.INTERN
KOMMUNKOD = r"^\d{4}$"


class Delivered(Contract):
    """What every delivered row carries."""

    leverans_id: pd.Int64Dtype = kol("Leverans", "Leveransen som raden kom med", I, "integer", delivered=False)
    rad: pd.Int64Dtype = kol("Rad", "Radens nummer i den levererade filen", I, "integer", ge=1, delivered=False)


class BraBrott(Delivered):
    """Reported offences per kommun and period, keyed on BRÅ's own offence id. Source: BRÅ's statistics database."""

    class Config:
        name = "bra_brott"
        title = "Anmälda brott (BRÅ)"
        metadata = table("omvarld", ("kommunkod", "period", "brott_id"))

    kommunkod: str = kol("Kommun", "Kommunkod för brottsplatsen", O, "text", pattern=KOMMUNKOD)
    period: str = kol("Period", "2025, 2025Q1 eller 202501", O, "text", pattern=r"^\d{4}(Q[1-4]|0[1-9]|1[0-2])?$")
    periodtyp: str = kol("Periodtyp", "År, kvartal eller månad", O, "code", codes="periodtyp")
    preliminar: str = kol("Preliminär", "Är siffran preliminär", O, "code", codes="ja_nej")
    brott_id: pd.Int64Dtype = kol("Brott", "BRÅ:s id för brottet; etiketter är inga nycklar", O, "integer", ge=1)
    antal: pd.Int64Dtype = kol(
        "Antal", "Anmälda brott; tomt betyder att källan inte anger något", O, "integer", ge=0, nullable=True
    )
    per_100000_inv: float = kol(
        "Per 100 000 invånare",
        "Källans eget tal: hela befolkningen, också för brott mot kvinnor",
        O,
        "number",
        ge=0,
        nullable=True,
    )


class Befolkning(Delivered):
    """Population by kommun and sex on 31 December. Source: SCB."""

    class Config:
        name = "befolkning"
        title = "Befolkning (SCB)"
        metadata = table("omvarld", ("kommunkod", "ar", "kon"))

    kommunkod: str = kol("Kommun", "Kommunkod", O, "text", pattern=KOMMUNKOD)
    ar: pd.Int64Dtype = kol("År", "Folkmängd 31 december detta år", O, "integer", ge=1975, le=2100)
    kon: str = kol("Kön", "kvinna, man eller totalt", O, "text", pattern="^(kvinna|man|totalt)$")
    antal: pd.Int64Dtype = kol("Antal", "Personer", O, "integer", ge=0)


class IopRapport(Delivered):
    """One figure of a jour's yearly report under its IOP agreement."""

    class Config:
        name = "iop_rapport"
        title = "IOP-rapport"
        metadata = table("omvarld", ("namnd", "ar", "jour", "post", "kon"))

    namnd: str = kol("Nämnd", "Kommunkod för kommunen som har avtalet", I, "text", pattern=KOMMUNKOD)
    ar: pd.Int64Dtype = kol("År", "Verksamhetsår", I, "integer", ge=1975, le=2100)
    jour: str = kol("Jour", "Jourens namn", I, "text", pattern=r"^[^0-9@;]{2,60}$")
    post: str = kol("Post", "Vad som räknats", I, "code", codes="iop_post")
    kon: str = kol(
        "Kön", "kvinna, man, annat_okant eller totalt", I, "text", pattern="^(kvinna|man|annat_okant|totalt)$"
    )
    antal: pd.Int64Dtype = kol("Antal", "Tomt om det saknas", I, "integer", ge=0, le=1_000_000, nullable=True)
    saknas_orsak: str = kol(
        "Saknas, orsak", "Varför siffran saknas", I, "code", codes="saknas_orsak_jour", nullable=True
    )


class Aggregat(Delivered):
    """A figure that arrived as a figure: reported, not derived, and never mixed with counted cells."""

    class Config:
        name = "aggregat"
        title = "Rapporterade siffror"
        metadata = table("verksamhet", ("namnd", "ar", "tabell", "dimensioner", "kon", "matt", "kalldokument"))

    namnd: str = kol("Nämnd", "Kommunkod", I, "text", pattern=KOMMUNKOD)
    ar: pd.Int64Dtype = kol("År", "Året siffran gäller", I, "integer", ge=1975, le=2100)
    tabell: str = kol("Tabell", "Tabellen i tabellplanen som siffran hör till", I, "text", pattern="^[a-z_]{2,40}$")
    dimensioner: str = kol(
        "Dimensioner", "namn=kod, åtskilda med semikolon, i namnordning", I, "text",
        pattern=r"^([a-z_]+=[a-z0-9_]+(;[a-z_]+=[a-z0-9_]+)*)?$", nullable=True,
    )  # fmt: skip
    kon: str = kol(
        "Kön", "kvinna, man, annat_okant eller totalt", I, "text", pattern="^(kvinna|man|annat_okant|totalt)$"
    )
    matt: str = kol("Mått", "antal_insatser, antal_personer, ...", I, "text", pattern="^[a-z0-9_]{2,40}$")
    varde: float = kol("Värde", "Siffran som den står i källan", I, "number", nullable=True)
    kalldokument: str = kol("Källdokument", "Dokumentet där siffran står", I, "text", pattern=r"^[^;@]{2,200}$")


CONTEXT: tuple[type[Delivered], ...] = (BraBrott, Befolkning, IopRapport, Aggregat)
