"""What codes of editions, deliveries and checks are called on the pages, and how a moment is written. Words only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from warehouse.contracts.codes import label
from warehouse.contracts.ord import GRANSKNING, KALLA, STEG, TILLSTAND
from warehouse.contracts.swedish import STOCKHOLM, day, number, versal
from warehouse.released import Edition

_LEVERERAT = {
    "aktualisering": "aktualiseringar",
    "arende": "ärenden",
    "barn": "barn i förälderns ärende",
    "insats": "insatser",
    "insats_avidentifierad": "avidentifierade insatser",
    "bedomning": "riskbedömningar",
    "matning": "mätningar före, under och efter",
    "brukarenkat": "enkätsvar",
    "enkat_utskick": "enkätutskick",
    "iop_rapport": "jourens rapport",
    "befolkning": "befolkning",
    "kolada_varde": "nyckeltal",
    "bra_brott": "anmälda brott",
    "oj_indikator": "indikatorer",
    "forekomst": "förekomst av våld",
    "stodverksamhet": "stödverksamheter",
}
_KONTROLL = {
    "regler": "Tabellens regler: delar och totaler, andelar och deras baser, intervall",
    "poster_utan_kod": "Poster som saknar kod och därför bara står i totalen",
    "ar_till_ar": "Stora skillnader mot året före",
    "tabell_orord": "Tabellen är den som räknades, orörd",
    "sena_leveranser": "Leveranser som är sena",
}
SAKNAS = "visas inom sekretess"
"""Where a reader may not know what is known inside."""


def kalla(code: str) -> str:
    """A source."""
    return versal(KALLA.get(code, code))


def levererat(code: str) -> str:
    """What a delivery holds."""
    return _LEVERERAT.get(code, code.replace("_", " "))


def kontroll(name: str) -> tuple[str, str]:
    """(table or empty, what was checked) of a check's name, as ``insatser.regler``."""
    tabell, _, rule = name.rpartition(".")
    return tabell, _KONTROLL.get(rule, rule.replace("_", " "))


def steg(code: str) -> str:
    """A step with an edition."""
    return versal(STEG.get(code, code))


def metod(code: str) -> str:
    """How the protection was audited."""
    return versal(GRANSKNING.get(code, code))


def utfall(code: str) -> str:
    """How a check came out."""
    return {"varning": "Med anmärkning"}.get(code, label("kontroll", code).capitalize())


dag = day
"""A day, as the pages' templates call it."""


def tid(when: datetime) -> str:
    """A moment to the minute, in Swedish time."""
    return when.astimezone(STOCKHOLM).strftime("%Y-%m-%d kl. %H.%M")


def lage(e: Edition) -> str:
    """Where an edition stands, in a few words."""
    if e.tillstand == "ersatt" and e.ersatt_av:
        return f"Ersatt av utgåva {e.ersatt_av}"
    if e.tillstand == "faststalld" and e.paragraf:
        return f"Fastställd, {e.paragraf}"
    return versal(TILLSTAND.get(e.tillstand, e.tillstand))


def rader(delivery: Mapping[str, Any]) -> str:
    """The rows of a delivery, where a reader may know them."""
    if delivery["rader_lasta"] is None:
        return SAKNAS
    told = f"{number(delivery['rader_lasta'])} lästa, {number(delivery['rader_godkanda'])} godkända"
    held = delivery["rader_karantan"]
    return f"{told}, {number(held)} i karantän" if held else told
