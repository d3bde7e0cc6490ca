"""What sources, steps, states and audits are called, wherever they are written of, as in the middle of a sentence."""

from collections.abc import Mapping

KALLA: Mapping[str, str] = {
    "verksamhetssystem": "socialtjänstens verksamhetssystem",
    "iop": "jourens rapport (IOP)",
    "scb": "SCB",
    "bra": "Brå",
    "kolada": "Kolada",
    "oj": "Socialstyrelsens Öppna jämförelser",
    "undersokning": "en undersökning",
    "aggregat": "siffror som nämnden lämnat",
}
"""Where a delivery comes from."""
STEG: Mapping[str, str] = {
    "utkast": "gjord som utkast",
    "granskad": "granskad",
    "godkand": "godkänd",
    "expedierad": "expedierad",
    "faststalld": "fastställd",
    "ersatt": "ersatt av en nyare",
    "atertagen": "återtagen",
    "forkastad": "förkastad",
    "extern": "utlämnat en annan väg",
}
"""What has happened with an edition."""
TILLSTAND: Mapping[str, str] = {**STEG, "utkast": "utkast", "ersatt": "ersatt"}
"""Where an edition stands."""
TYP: Mapping[str, str] = {
    "oppen": "öppen utgåva",
    "sekretessbilaga": "sekretessbilaga",
    "tertial": "tertialuppföljning, intern",
}
GRANSKNING: Mapping[str, str] = {
    "certifikat": "certifikat: för varje skyddat tal finns andra värden som stämmer med allt som är tryckt, i hela tal",
    "lp": "oberoende prövning: vad en läsare kan räkna ut om varje skyddat tal, i reella tal (linjärprogrammering)",
}
"""How an edition's protection was audited."""
