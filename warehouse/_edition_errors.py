"""What the database answers when it refuses something about an edition, in words. Keys are in ``_edition_sql``."""

from typing import Any

from warehouse.contracts.ord import TILLSTAND

NAMES = {**TILLSTAND, "utkast": "ett utkast"}
"""How a state is said: utgåvan är ..."""


_AGAIN = "Gör om den: kvinnofrid release prepare"
_METHODS = {"certifikat": "intygen (certifikat)", "lp": "den oberoende beräkningen (lp)"}


def refusal(error: Any, utgava: int | None, steg: str) -> str | None:
    """The words for a refusal of class KV; None for any other error. Holds states, methods and numbers only."""
    code = getattr(error, "pgcode", None) or ""
    if not code.startswith("KV"):
        return None
    told = str(getattr(getattr(error, "diag", None), "message_primary", None) or "")
    one = "Utgåvan" if utgava is None else f"Utgåva {utgava}"
    wanted = NAMES.get(steg, steg)
    method = _METHODS.get(told, told)
    words = {
        "KV001": f"{one} finns inte. Se vilka som finns: kvinnofrid release list",
        "KV002": f"{one} är {NAMES.get(told, told)} och kan därför inte bli {wanted}. {_next(told)}",
        "KV003": "Ange vem som gör det här: för- och efternamn, högst 200 tecken.",
        "KV004": f"{one} saknar granskning med {method}. {_AGAIN}",
        "KV005": f"{one} godkändes inte av {method}: alla tal är inte skyddade. {_AGAIN}",
        "KV006": f"{one} är inte längre den som granskades: något har ändrats efteråt. {_AGAIN}",
        "KV007": (
            f"{one} ska godkännas av någon annan än den som granskade den. Be en kollega som har delegation att köra "
            "kvinnofrid release approve"
        ),
        "KV008": "Ange diarienummer (dnr) för expedieringen.",
        "KV009": (
            "Datumet för beslutet går inte: det ska skrivas ÅÅÅÅ-MM-DD, inte vara före dagen då utgåvan expedierades "
            "och inte ligga i framtiden."
        ),
        "KV010": "Ange paragrafen i nämndens protokoll, till exempel § 45.",
        "KV011": "Ange orsaken: den står kvar i loggen och visas för läsaren.",
        "KV012": "Det här får aldrig ändras eller tas bort. En rättelse görs som en ny utgåva.",
        "KV013": f"{one} har inga celler. {_AGAIN}",
        "KV014": (
            f"Något annat har lämnats ut sedan {one[0].lower()}{one[1:]} förbereddes ({told}), så granskningen räknade "
            f"inte med det. {_AGAIN}"
        ),
        "KV015": "Ange mottagare: en sekretessbilaga lämnas bara till dem som namnges.",
        "KV017": f"Tabellerna har räknats om sedan {one[0].lower()}{one[1:]} förbereddes. {_AGAIN}",
        "KV018": "Det finns inget sådant tal i en öppen, expedierad utgåva. Skriv referensen som den står i rapporten.",
        "KV016": "Datumet för utlämnandet ligger i framtiden. Ange dagen då uppgiften lämnades ut.",
    }
    return words.get(code, f"Databasen sade nej till steget ({code}).")


def _next(state: str) -> str:
    commands = {"utkast": "review", "granskad": "approve", "godkand": "dispatch", "expedierad": "adopt"}
    if state in commands:
        return f"Nästa steg är kvinnofrid release {commands[state]}"
    return "Förbered en ny: kvinnofrid release prepare" if state in ("ersatt", "atertagen", "forkastad") else ""
