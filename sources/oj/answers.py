"""How an answer or a share in Öppna jämförelser is written: 2/1/0, ja/delvis/nej, percent, and no answer.

2 = ja is seen (2015). Which words stand for no answer is not known from any source: those here are assumed.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from sources.figures import MISSING, number, text, value
from sources.oj.names import compact

SVAR: Mapping[str, str] = MappingProxyType({"2": "ja", "1": "delvis", "0": "nej"})

BORTFALL: Mapping[str, str] = MappingProxyType(
    {
        compact(words): code
        for code, all_words in {
            "inte_svarat": (
                "har inte svarat", "inte svarat", "ej svarat", "har ej svarat", "ej besvarat", "inte besvarat",
                "inget svar", "ej svar", "svarade inte", "ej deltagit", "deltog inte", "bortfall",
            ),
            "ej_aktuellt": ("ej aktuellt", "inte aktuellt", "ej relevant", "inte relevant", "ej tillämpligt"),
            "for_fa": ("för få", "för få svar", "för få svarande"),
            "okant": ("svar saknas", "uppgift saknas", "saknas", "vet ej", "vet inte", "okänt"),
        }.items()
        for words in all_words
    }
)  # fmt: skip
"""Assumed words for no answer, without blanks -> code."""

NOTHING = "okant"
"""The code of a blank cell and of the marks ``..`` and ``-``."""

Answer = tuple[str, str]
"""Column (``svar``, ``andel_procent`` or ``bortfall``) and what stands there."""


def answer(cell: str | None) -> Answer | None:
    """What a kommun or stadsdel has answered; None where it is no answer at all."""
    missing = no_answer(cell)
    if missing:
        return "bortfall", missing
    plain = number(cell) or ""
    if plain in SVAR:
        return "svar", SVAR[plain]
    word = (text(cell) or "").casefold()
    return ("svar", word) if word in SVAR.values() else None


def share(cell: str | None) -> Answer | None:
    """The share of kommuner that answered ja, in percent; None where it is no figure."""
    missing = no_answer(cell)
    if missing:
        return "bortfall", missing
    plain = number((text(cell) or "").removesuffix("%"))
    return ("andel_procent", plain) if value(plain) is not None and plain else None


def no_answer(cell: str | None) -> str | None:
    """The code of a cell that says that there is no answer."""
    raw = text(cell)
    if raw is None or raw in MISSING:
        return NOTHING
    return BORTFALL.get(compact(raw))


def hundredfold(figure: str) -> str:
    """A fraction as percent, without rounding: ``0.69`` is ``69``."""
    return f"{(Decimal(figure) * 100).normalize():f}"
