"""Contracts of schema ``register``: one person's case, what was done, what was measured.

Shaped after what is publicly known of SU-Kvinnofrid; its real variable list is not known here, and this is not it.
"""

import pandas as pd

from warehouse.contracts.base import LOCAL_CODE, Contract, Kanslighet, kol, table

B, K, P, I = Kanslighet.BEGRANSAD, Kanslighet.KANSLIG, Kanslighet.PSEUDONYM, Kanslighet.INTERN

SLUG = r"^[a-z][a-z0-9_]{0,39}$"


class RegisterContract(Contract):
    """What every register row carries: which delivery and row it came from, whose it is."""

    leverans_id: pd.Int64Dtype = kol("Leverans", "Leveransen som raden kom med", I, "integer", delivered=False)
    rad: pd.Int64Dtype = kol("Rad", "Radens nummer i den levererade filen", I, "integer", ge=1, delivered=False)
    namnd: str = kol(
        "Nämnd",
        "Kommunkod för den nämnd som är personuppgiftsansvarig",
        I,
        "text",
        pattern=r"^\d{4}$",
        delivered=False,
    )
    nyckelversion: pd.Int64Dtype = kol(
        "Nyckelversion", "Version av nämndens nyckel bakom pseudonymerna", I, "integer", ge=1, delivered=False
    )


class Aktualisering(RegisterContract):
    """A contact that reaches the nämnd."""

    class Config:
        name = "aktualisering"
        title = "Aktualiseringar"
        metadata = table("register", ("aktualisering_id",))

    aktualisering_id: str = kol("Aktualisering", "Aktualiseringens id, pseudonymiserat", P, "pseudonym")
    arende_id: str = kol("Ärende", "Ärendet som den hör till, om något", P, "pseudonym", nullable=True)
    datum: pd.Timestamp = kol("Datum", "Dag då kontakten nådde nämnden", B, "date")
    vag: str = kol("Väg", "Hur kontakten nådde nämnden", B, "code", codes="vag")
    verksamhetsomrade: str = kol(
        "Verksamhetsområde", "Område i socialtjänsten", B, "code", codes="verksamhetsomrade", nullable=True
    )
    malgrupp: str = kol("Målgrupp", "Vem det gäller", K, "code", codes="malgrupp")
    kon: str = kol("Kön", "Kön enligt eget fält, aldrig härlett ur personnummer", B, "code", codes="kon")
    aldersgrupp: str = kol("Åldersgrupp", "Ålder i grupper", B, "code", codes="aldersgrupp")
    utfall: str = kol("Utfall", "Vad aktualiseringen ledde till", B, "code", codes="aktualisering_utfall")


class Arende(RegisterContract):
    """One person in one role, from aktualisering to avslut."""

    class Config:
        name = "arende"
        title = "Ärenden"
        metadata = table("register", ("arende_id",))

    arende_id: str = kol("Ärende", "Ärendets id, pseudonymiserat", P, "pseudonym")
    person_id: str = kol("Person", "Personens id, pseudonymiserat med nämndens nyckel", P, "pseudonym")
    roll: str = kol("Roll", "Personens roll i ärendet", K, "code", codes="roll")
    vuxen: str = kol("Vuxen", "Var personen 18 år eller äldre vid start", B, "code", codes="ja_nej")
    kon: str = kol("Kön", "Kön enligt eget fält, aldrig härlett ur personnummer", B, "code", codes="kon")
    aldersgrupp: str = kol("Åldersgrupp", "Ålder vid ärendets start, i grupper", B, "code", codes="aldersgrupp")
    verksamhetsomrade: str = kol(
        "Verksamhetsområde", "Område i socialtjänsten", B, "code", codes="verksamhetsomrade", nullable=True
    )
    enhet: str = kol("Enhet", "Enhetens kod, till exempel enhet_1", B, "text", pattern=LOCAL_CODE, nullable=True)
    valdstyp: str = kol(
        "Våldstyp", "En eller flera, åtskilda med semikolon", K, "codes", codes="valdstyp", nullable=True
    )
    svarighetsgrad: str = kol("Svårighetsgrad", "Våldets grovhet", K, "code", codes="svarighetsgrad", nullable=True)
    relation_till_utovare: str = kol(
        "Relation till utövaren",
        "Utövarens relation till den utsatta",
        K,
        "code",
        codes="relation",
        nullable=True,
    )
    utovarens_kon: str = kol("Utövarens kön", "Kön på den som utövat våldet", K, "code", codes="kon", nullable=True)
    hederskontext: str = kol("Hederskontext", "Våld i hederskontext", K, "code", codes="ja_nej")
    skyddade_personuppgifter: str = kol(
        "Skyddade personuppgifter",
        "Styr hanteringen, redovisas aldrig",
        K,
        "code",
        codes="ja_nej",
        nullable=True,
    )
    utredning_inledd: pd.Timestamp = kol("Utredning inledd", "Dag", B, "date", nullable=True)
    utredning_avslutad: pd.Timestamp = kol("Utredning avslutad", "Dag", B, "date", nullable=True)
    startdatum: pd.Timestamp = kol("Startdatum", "Dag då ärendet började", B, "date")
    slutdatum: pd.Timestamp = kol("Slutdatum", "Dag då ärendet avslutades, tomt om det pågår", B, "date", nullable=True)
    avslutsorsak: str = kol("Avslutsorsak", "Varför ärendet avslutades", B, "code", codes="avslutsorsak", nullable=True)
    overgripande_mal_finns: str = kol(
        "Övergripande mål finns",
        "Fanns ett individuellt övergripande mål",
        B,
        "code",
        codes="ja_nej",
        nullable=True,
    )
    mal_bedomning: str = kol(
        "Målbedömning", "I vilken grad målet nåddes", K, "code", codes="mal_bedomning", nullable=True
    )
    mal_bedomt_av: str = kol("Mål bedömt av", "Vem som bedömde", B, "code", codes="mal_bedomt_av", nullable=True)


class Barn(RegisterContract):
    """A child of a parent's case."""

    class Config:
        name = "barn"
        title = "Barn"
        metadata = table("register", ("arende_id", "barn_id"))

    barn_id: str = kol("Barn", "Barnets id, pseudonymiserat", P, "pseudonym")
    arende_id: str = kol("Ärende", "Förälderns ärende", P, "pseudonym")
    aldersgrupp: str = kol("Åldersgrupp", "Barnets ålder i grupper", B, "code", codes="aldersgrupp")
    kon: str = kol("Kön", "Kön enligt eget fält", B, "code", codes="kon")
    utsatt_eller_bevittnat: str = kol(
        "Utsatt eller bevittnat", "Hur barnet berörts av våldet", K, "code", codes="utsatt_eller_bevittnat"
    )
    eget_beslut: str = kol("Eget beslut", "Har barnet ett eget beslut", B, "code", codes="ja_nej", nullable=True)
    forskola_skola_ordnad: str = kol(
        "Förskola eller skola ordnad",
        "Under vistelse i skyddat boende",
        B,
        "code",
        codes="ja_nej",
        nullable=True,
    )
    tillfragad_om_vald: str = kol(
        "Tillfrågad om våld", "Har barnet tillfrågats", B, "code", codes="ja_nej", nullable=True
    )
    utredning: str = kol("Utredning", "Har utredning inletts för barnet", B, "code", codes="ja_nej", nullable=True)


class Insats(RegisterContract):
    """An intervention in a case."""

    class Config:
        name = "insats"
        title = "Insatser"
        metadata = table("register", ("insats_id",))

    insats_id: str = kol("Insats", "Insatsens id, pseudonymiserat", P, "pseudonym")
    arende_id: str = kol("Ärende", "Ärendet som insatsen hör till", P, "pseudonym")
    insatstyp: str = kol("Insatstyp", "Slag av insats", B, "code", codes="insatstyp")
    beslutsdatum: pd.Timestamp = kol("Beslutsdatum", "Dag för beslut", B, "date", nullable=True)
    beslut: str = kol("Beslut", "Beslutets utfall", B, "code", codes="beslut")
    verkstalld: pd.Timestamp = kol("Verkställd", "Dag då insatsen började", B, "date", nullable=True)
    slutdatum: pd.Timestamp = kol("Slutdatum", "Dag då insatsen slutade", B, "date", nullable=True)
    utforare_id: str = kol(
        "Utförare", "Utförarens kod, till exempel jour_2", B, "text", pattern=LOCAL_CODE, nullable=True
    )
    riktad_hedersutsatt: str = kol(
        "Riktad till hedersutsatt",
        "Är insatsen riktad till hedersutsatta",
        K,
        "code",
        codes="ja_nej",
        nullable=True,
    )
    antal_tillfallen: pd.Int64Dtype = kol(
        "Antal tillfällen", "Genomförda samtal eller besök", B, "integer", ge=0, le=2000, nullable=True
    )
    kostnad_kr: float = kol("Kostnad", "Kostnad i kronor", B, "number", ge=0, le=50_000_000, nullable=True)
    plan_mal_natt: str = kol(
        "Planens mål nått", "Målet i genomförandeplanen", B, "code", codes="mal_bedomning", nullable=True
    )
    anpassningsbehov: str = kol("Behov av anpassning", "Finns behov", K, "code", codes="ja_nej", nullable=True)
    anpassning_tillgodosedd: str = kol(
        "Anpassning tillgodosedd", "Möttes behovet", B, "code", codes="ja_nej", nullable=True
    )


class InsatsAvidentifierad(RegisterContract):
    """Insatser given without registration, counted."""

    class Config:
        name = "insats_avidentifierad"
        title = "Avidentifierade insatser"
        metadata = table("register", ("enhet", "insatstyp", "manad", "kon"))

    enhet: str = kol("Enhet", "Enhetens kod, till exempel enhet_1", I, "text", pattern=LOCAL_CODE)
    insatstyp: str = kol("Insatstyp", "Slag av insats", B, "code", codes="insatstyp")
    manad: str = kol("Månad", "ÅÅÅÅ-MM", B, "text", pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$")
    kon: str = kol("Kön", "Kön på dem som fick insatsen", B, "code", codes="kon")
    antal: pd.Int64Dtype = kol("Antal", "Antal insatser", B, "integer", ge=0, le=100_000)


class Bedomning(RegisterContract):
    """An assessment; a case may have several."""

    class Config:
        name = "bedomning"
        title = "Bedömningar"
        metadata = table("register", ("arende_id", "instrument", "syfte", "datum"))

    arende_id: str = kol("Ärende", "Ärendet som bedömningen hör till", P, "pseudonym")
    instrument: str = kol("Instrument", "Bedömningsmetod", B, "code", codes="instrument_bedomning")
    instrumentversion: str = kol(
        "Instrumentets version",
        "Till exempel 2.0",
        I,
        "text",
        pattern=r"^\d{1,4}(\.\d{1,3})?$",
        nullable=True,
    )
    syfte: str = kol("Syfte", "Upptäckt eller riskbedömning", B, "code", codes="syfte")
    datum: pd.Timestamp = kol("Datum", "Dag för bedömningen", B, "date")
    niva: str = kol("Nivå", "Bedömd nivå", K, "code", codes="niva", nullable=True)


class Matning(RegisterContract):
    """A measurement before, during or after the intervention."""

    class Config:
        name = "matning"
        title = "Mätningar"
        metadata = table(
            "register",
            (
                "arende_id",
                "insats_id",
                "fas",
                "matdatum",
                "instrument",
                "uppgiftslamnare",
                "perspektiv",
            ),
        )

    arende_id: str = kol("Ärende", "Ärendet som mätningen hör till", P, "pseudonym")
    insats_id: str = kol("Insats", "Insatsen som den gäller, om en", P, "pseudonym", nullable=True)
    fas: str = kol("Fas", "Före, under eller efter", B, "code", codes="fas")
    matdatum: pd.Timestamp = kol("Mätdatum", "Dag för mätningen", B, "date")
    instrument: str = kol("Instrument", "Frågorna som användes", B, "code", codes="instrument_matning")
    uppgiftslamnare: str = kol("Uppgiftslämnare", "Vem som svarade", B, "code", codes="uppgiftslamnare")
    perspektiv: str = kol("Perspektiv", "Utsatt för eller utövat våld", K, "code", codes="perspektiv")
    vald_fysiskt: str = kol("Fysiskt våld", "De senaste tre månaderna", K, "code", codes="ja_nej", nullable=True)
    vald_psykiskt: str = kol("Psykiskt våld", "De senaste tre månaderna", K, "code", codes="ja_nej", nullable=True)
    vald_sexuellt: str = kol("Sexuellt våld", "De senaste tre månaderna", K, "code", codes="ja_nej", nullable=True)
    vald_ekonomiskt: str = kol("Ekonomiskt våld", "De senaste tre månaderna", K, "code", codes="ja_nej", nullable=True)
    vald_materiellt: str = kol("Materiellt våld", "De senaste tre månaderna", K, "code", codes="ja_nej", nullable=True)
    vald_forsummelse: str = kol("Försummelse", "De senaste tre månaderna", K, "code", codes="ja_nej", nullable=True)
    trygghet: pd.Int64Dtype = kol("Trygghet", "1 mycket låg till 5 mycket hög", K, "integer", ge=1, le=5, nullable=True)
    halsa: pd.Int64Dtype = kol("Hälsa", "1 mycket dålig till 5 mycket god", K, "integer", ge=1, le=5, nullable=True)
    poang: float = kol("Poäng", "Instrumentets poäng", K, "number", ge=0, le=1000, nullable=True)
    saknas_orsak: str = kol("Saknas, orsak", "Varför svar saknas", B, "code", codes="saknas_orsak", nullable=True)


class Brukarenkat(RegisterContract):
    """An answered questionnaire, linked to nobody: no case, no person, no age."""

    class Config:
        name = "brukarenkat"
        title = "Brukarenkät"
        metadata = table("register", ("enhet", "period", "svar_nr"))

    enhet: str = kol("Enhet", "Enhetens kod, till exempel enhet_1", I, "text", pattern=LOCAL_CODE)
    period: str = kol("Period", "ÅÅÅÅ eller ÅÅÅÅT1 till ÅÅÅÅT3 (tertial)", I, "text", pattern=r"^(19|20)\d\d(T[1-3])?$")
    svar_nr: pd.Int64Dtype = kol("Svar nr", "Enkätens löpnummer i högen", I, "integer", ge=1, le=100_000)
    kon: str = kol("Kön", "Kön enligt svaret", B, "code", codes="kon")
    betydelse: str = kol(
        "Stödets betydelse", "Vilken betydelse insatserna har haft", K, "code", codes="enkat_betydelse", nullable=True
    )
    situation_nu: str = kol(
        "Situationen nu", "Jämfört med före insatserna", K, "code", codes="enkat_situation", nullable=True
    )
    bemotande: pd.Int64Dtype = kol(
        "Bemötande", "1 mycket dåligt till 5 mycket gott", K, "integer", ge=1, le=5, nullable=True
    )
    delaktighet: pd.Int64Dtype = kol(
        "Delaktighet", "1 inte alls till 5 helt och hållet", K, "integer", ge=1, le=5, nullable=True
    )


class EnkatUtskick(RegisterContract):
    """How many were asked to answer the questionnaire: the base of its response rate."""

    class Config:
        name = "enkat_utskick"
        title = "Tillfrågade i brukarenkäten"
        metadata = table("register", ("enhet", "period", "kon"))

    enhet: str = kol("Enhet", "Enhetens kod, till exempel enhet_1", I, "text", pattern=LOCAL_CODE)
    period: str = kol("Period", "ÅÅÅÅ eller ÅÅÅÅT1 till ÅÅÅÅT3 (tertial)", I, "text", pattern=r"^(19|20)\d\d(T[1-3])?$")
    kon: str = kol("Kön", "Kön på dem som tillfrågats", B, "code", codes="kon")
    tillfragade: pd.Int64Dtype = kol("Tillfrågade", "Personer som fått enkäten", B, "integer", ge=0, le=100_000)


class LokalVariabel(RegisterContract):
    """A case's answer to a question of the kommun's own, coded; what it means stands in ``lokal_deklaration``."""

    class Config:
        name = "lokal_variabel"
        title = "Lokala variabler"
        metadata = table("register", ("arende_id", "variabel", "varde"))

    arende_id: str = kol("Ärende", "Ärendet som svaret hör till", P, "pseudonym")
    variabel: str = kol("Variabel", "Variabelns namn i mappningen", I, "text", pattern=SLUG)
    varde: str = kol("Värde", "Svarets kod enligt mappningen", K, "text", pattern=SLUG)


class LokalDeklaration(RegisterContract):
    """What a local variable and its codes are called."""

    class Config:
        name = "lokal_deklaration"
        title = "Lokala variablers betydelse"
        metadata = table("register", ("variabel", "varde"))

    variabel: str = kol("Variabel", "Variabelns namn i mappningen", I, "text", pattern=SLUG)
    titel: str = kol("Titel", "Vad variabeln heter för läsaren", I, "text", pattern=r"^[^;@]{2,120}$")
    varde: str = kol("Värde", "Kod", I, "text", pattern=SLUG)
    etikett: str = kol("Etikett", "Vad koden betyder", I, "text", pattern=r"^[^;@]{1,120}$")


REGISTER: tuple[type[RegisterContract], ...] = (
    Aktualisering, Arende, Barn, Insats, InsatsAvidentifierad, Bedomning, Matning,
    Brukarenkat, EnkatUtskick, LokalVariabel, LokalDeklaration,
)  # fmt: skip
