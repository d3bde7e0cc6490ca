"""Contracts of schemas ``omvarld`` and ``verksamhet``: no person records.

``omvarld`` is public data about the world around, ``verksamhet`` what the organisation reports about itself.
"""

import pandas as pd

from warehouse.contracts.base import Contract, Kanslighet, kol, table

O, I = Kanslighet.OPPEN, Kanslighet.INTERN
KOMMUNKOD = r"^\d{4}$"
KON = "^(kvinna|man|totalt)$"
KPI = r"^[NU][0-9]{5}$"
OMRADE = "^(riket|[0-9]{2}|[0-9]{4}|[0-9]{4}_[a-z0-9_]{1,100}|[A-Z][0-9A-Z]{2,20})$"
"""Riket, länskod, kommunkod or region id, a part of a kommun, or a group or unit in Kolada."""


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
    """Population by kommun, sex and age on 31 December. Source: SCB."""

    class Config:
        name = "befolkning"
        title = "Befolkning (SCB)"
        metadata = table("omvarld", ("kommunkod", "ar", "kon", "alder"))

    kommunkod: str = kol("Kommun", "Kommunkod", O, "text", pattern=KOMMUNKOD)
    ar: pd.Int64Dtype = kol("År", "Folkmängd 31 december detta år", O, "integer", ge=1975, le=2100)
    kon: str = kol("Kön", "kvinna, man eller totalt", O, "text", pattern=KON)
    alder: str = kol(
        "Ålder", "totalt, ett år (0 till 99), 100_plus, eller en grupp som 20_29 och 65_plus", O, "text",
        pattern=r"^(totalt|\d{1,2}|\d{1,3}_\d{1,3}|\d{1,3}_plus)$",
    )  # fmt: skip
    antal: pd.Int64Dtype = kol("Antal", "Personer", O, "integer", ge=0)


class BraHandlagda(Delivered):
    """Handled offences in the whole country, by BRÅ's own labels (they have no ids). Source: BRÅ's yearly tables."""

    class Config:
        name = "bra_handlagda"
        title = "Handlagda brott (BRÅ)"
        metadata = table("omvarld", ("ar", "brott"))

    ar: pd.Int64Dtype = kol("År", "Året då brotten handlades", O, "integer", ge=1975, le=2100)
    brott: str = kol(
        "Brott", "Källans etikett utan skiljetecken, så att små skrivfel inte gör ett nytt brott", O, "text",
        pattern=r"^[a-z0-9_]{2,}$", longest=300,
    )  # fmt: skip
    etikett: str = kol(
        "Etikett", "Källans etikett, med enkla blanksteg", O, "text", pattern=r"^[^;@]{2,}$", longest=400
    )
    kon: str = kol("Kön", "kvinna, man eller totalt, enligt etiketten", O, "text", pattern=KON)
    plats: str = kol("Plats", "Enligt etiketten", O, "code", codes="plats", nullable=True)
    relation: str = kol("Relation", "Enligt etiketten", O, "code", codes="brottsrelation", nullable=True)
    handlagda: pd.Int64Dtype = kol("Handlagda", "Brott; utredda och direktavskrivna", O, "integer", ge=0, nullable=True)
    utredda: pd.Int64Dtype = kol("Utredda", "Brott", O, "integer", ge=0, nullable=True)
    direktavskrivna: pd.Int64Dtype = kol("Direktavskrivna", "Brott", O, "integer", ge=0, nullable=True)
    lagforingsprocent: float = kol("Lagföringsprocent", "Procent", O, "number", ge=0, le=100, nullable=True)
    personuppklaringsprocent: float = kol(
        "Personuppklaringsprocent", "Procent", O, "number", ge=0, le=100, nullable=True
    )


class BraIndikator(Delivered):
    """BRÅ's indicator workbook: reported offences by sheet, for kommun, län and the country."""

    class Config:
        name = "bra_indikator"
        title = "Indikatorer (BRÅ)"
        metadata = table("omvarld", ("omrade_typ", "omrade", "ar", "indikator"))

    omrade_typ: str = kol("Slag av område", "Kommun, län eller riket", O, "code", codes="omrade_typ")
    omrade: str = kol("Område", "Kommunkod, länskod eller riket", O, "text", pattern=OMRADE)
    kommunkod: str = kol("Kommun", "Kommunkod där området är en kommun", O, "text", pattern=KOMMUNKOD, nullable=True)
    ar: pd.Int64Dtype = kol("År", "Året siffran gäller", O, "integer", ge=1975, le=2100)
    indikator: str = kol("Indikator", "Bladets rubrik utan skiljetecken", O, "text", pattern=r"^[a-z0-9_]{2,200}$")
    titel: str = kol("Titel", "Bladets rubrik", O, "text", pattern=r"^[^;@]{2,}$", longest=300)
    antal: pd.Int64Dtype = kol("Antal", "Anmälda brott", O, "integer", ge=0, nullable=True)
    per_100000_inv: float = kol("Per 100 000 invånare", "Källans eget tal", O, "number", ge=0, nullable=True)


class KoladaNyckeltal(Delivered):
    """What a nyckeltal (KPI) in Kolada is. Source: Kolada (RKA)."""

    class Config:
        name = "kolada_nyckeltal"
        title = "Nyckeltal i Kolada"
        metadata = table("omvarld", ("kpi",))

    kpi: str = kol("Nyckeltal", "Koladas id", O, "text", pattern=KPI)
    titel: str = kol("Titel", "Koladas titel", O, "text", pattern=r"^.{2,}$", longest=500)
    beskrivning: str = kol("Beskrivning", "Koladas beskrivning", O, "text", longest=10_000, nullable=True)
    konsuppdelad: str = kol("Könsuppdelad", "Finns nyckeltalet per kön", O, "code", codes="ja_nej", nullable=True)
    publicerad: pd.Timestamp = kol("Publicerad", "Dag, enligt Kolada", O, "date", nullable=True)


class KoladaVarde(Delivered):
    """A value in Kolada. Source: Kolada (RKA)."""

    class Config:
        name = "kolada_varde"
        title = "Värden i Kolada"
        metadata = table("omvarld", ("kpi", "omrade_typ", "omrade", "ar", "kon"))

    kpi: str = kol("Nyckeltal", "Koladas id", O, "text", pattern=KPI)
    omrade_typ: str = kol(
        "Slag av område", "Koladas regioner har nummer som liknar kommunkoder", O, "code", codes="omrade_typ"
    )
    omrade: str = kol("Område", "Kommunkod, Koladas region-id eller riket", O, "text", pattern=OMRADE)
    kommunkod: str = kol("Kommun", "Kommunkod där området är en kommun", O, "text", pattern=KOMMUNKOD, nullable=True)
    ar: pd.Int64Dtype = kol("År", "Året värdet gäller", O, "integer", ge=1975, le=2100)
    kon: str = kol("Kön", "kvinna, man eller totalt", O, "text", pattern=KON)
    varde: float = kol("Värde", "Tomt: Kolada anger inget värde (skyddat eller saknas)", O, "number", nullable=True)
    antal: pd.Int64Dtype = kol("Antal", "Kommuner bakom ett ovägt medel", O, "integer", ge=0, nullable=True)
    status: str = kol("Status", "Koladas egen markering", O, "text", pattern=r"^[\w .-]{1,40}$", nullable=True)


class OjIndikator(Delivered):
    """An answer in Öppna jämförelser, or the share that answered so. Source: Socialstyrelsen."""

    class Config:
        name = "oj_indikator"
        title = "Öppna jämförelser"
        metadata = table("omvarld", ("omrade_typ", "omrade", "ar", "indikator"))

    omrade_typ: str = kol("Slag av område", "Kommun, stadsdel, län eller riket", O, "code", codes="omrade_typ")
    omrade: str = kol("Område", "Kommunkod, länskod, riket eller stadsdelens namn", O, "text", pattern=OMRADE)
    kommunkod: str = kol("Kommun", "Kommunkod, också för en stadsdel", O, "text", pattern=KOMMUNKOD, nullable=True)
    ar: pd.Int64Dtype = kol("År", "Undersökningens år", O, "integer", ge=1975, le=2100)
    indikator: str = kol(
        "Indikator", "Samma id över åren, också när namnet har ändrats", O, "text", pattern=r"^[a-z0-9_]{1,150}$"
    )
    namn: str = kol("Namn", "Indikatorns namn det året", O, "text", pattern=r"^[^;@]{2,}$", longest=400)
    svar: str = kol("Svar", "Ja, delvis eller nej", O, "code", codes="oj_svar", nullable=True)
    andel_procent: float = kol("Andel", "Procent som svarat ja", O, "number", ge=0, le=100, nullable=True)
    bortfall: str = kol("Bortfall", "Varför svar saknas", O, "code", codes="oj_bortfall", nullable=True)


class Forekomst(Delivered):
    """An estimate of how common exposure is, from a survey; with its interval where the source prints one."""

    class Config:
        name = "forekomst"
        title = "Förekomst enligt undersökningar"
        metadata = table("omvarld", ("omrade_typ", "omrade", "ar", "undersokning", "fraga", "alder", "kon"))

    omrade_typ: str = kol("Slag av område", "Kommun, län eller riket", O, "code", codes="omrade_typ")
    omrade: str = kol("Område", "Kommunkod, länskod eller riket", O, "text", pattern=OMRADE)
    kommunkod: str = kol("Kommun", "Kommunkod där området är en kommun", O, "text", pattern=KOMMUNKOD, nullable=True)
    ar: pd.Int64Dtype = kol("År", "Året som svaren gäller", O, "integer", ge=1975, le=2100)
    undersokning: str = kol("Undersökning", "Kort namn, till exempel ntu", O, "text", pattern=r"^[a-z0-9_]{2,40}$")
    fraga: str = kol("Fråga", "Kort namn på vad som skattas", O, "text", pattern=r"^[a-z0-9_]{2,80}$")
    titel: str = kol("Titel", "Vad som skattas, i klartext", O, "text", pattern=r"^[^;@]{2,}$", longest=300)
    alder: str = kol(
        "Ålder", "totalt eller en grupp som 16_84", O, "text", pattern=r"^(totalt|\d{1,3}_(\d{1,3}|plus))$"
    )
    kon: str = kol("Kön", "kvinna, man eller totalt", O, "text", pattern=KON)
    andel_procent: float = kol("Andel", "Procent, skattad", O, "number", ge=0, le=100, nullable=True)
    lag_procent: float = kol("Lägst", "95 % intervall, från", O, "number", ge=0, le=100, nullable=True)
    hog_procent: float = kol("Högst", "95 % intervall, till", O, "number", ge=0, le=100, nullable=True)
    svarande: pd.Int64Dtype = kol("Svarande", "Antal svar bakom", O, "integer", ge=0, nullable=True)
    kalldokument: str = kol("Källdokument", "Dokumentet där siffran står", O, "text", pattern=r"^[^;@]{2,200}$")


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


CONTEXT: tuple[type[Delivered], ...] = (
    BraBrott, BraHandlagda, BraIndikator, Befolkning, KoladaNyckeltal, KoladaVarde, OjIndikator, Forekomst,
    IopRapport, Aggregat,
)  # fmt: skip
