"""What the leak tests plant: invented identifiers that must never be written anywhere, and how each may look.

This folder is the only place that holds them. The numbers are from Skatteverket's test series (birth number 980-999).
"""

import base64
import re

NUMBERS = ("189001019802", "198503779913", "191212129850", "197105239888")
"""Personnummer, and one samordningsnummer (day 77)."""

NAME = "Planteria Hemlingsdotter"
STREET = "Läckvägen 17 B"
EMAIL = "planteria.h@hemlig-adress.example"
PHONE = "070-174 06 05"  # from the numbers that PTS keeps for fiction


def notations(number: str) -> tuple[str, ...]:
    """The ways in which people and systems write one number."""
    day, last = number[2:8], number[8:]
    return (
        number,
        f"{number[:8]}-{last}",
        f"{day}-{last}",
        f"{day}{last}",
        f"{day}+{last}",
        f"{number[:8]} {last}",
        f"{number[:4]}-{number[4:6]}-{number[6:8]}-{last}",
        f"{number}.0",
    )


WORDS = (*(n for number in NUMBERS for n in notations(number)), NAME, STREET, EMAIL, PHONE)
"""Everything that is planted, in every notation."""

SENTENCE = f"{NAME}, {notations(NUMBERS[0])[1]}, {STREET}, {EMAIL}, {PHONE}"


def _digits(number: str) -> bytes:
    """The digits with any separator between them; a NUL on either side is UTF-16."""
    return rb"[-+ ./_\x00]{0,5}".join(re.escape(d.encode()) for d in number)


def _letters(word: str) -> bytes:
    """The letters, whatever the encoding of a letter outside ASCII and however blanks are written."""
    return rb"\x00?".join(
        re.escape(sign.encode()) if sign.isascii() and sign != " " else rb"[\x00-\xff]{1,12}?" for sign in word.lower()
    )


_KINDS = {
    **{f"number {i}": _digits(number[2:]) for i, number in enumerate(NUMBERS)},
    "first name": _letters("Planteria"),
    "last name": _letters("Hemlingsdotter"),
    "street": _letters("ckv") + rb"\x00?[\x00-\xff]{1,12}?" + _letters("gen 17"),
    "e-mail": _letters("hemlig-adress"),
    "phone": _digits("701740605"),
}
PATTERNS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
"""What each planted identifier looks like in bytes that have been lowered."""


def literals() -> dict[str, frozenset[bytes]]:
    """Exact bytes to look for where a pattern would be too slow, and the same words in base64 and hex."""
    out: dict[str, set[bytes]] = {}
    for place, word in enumerate(WORDS):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1252"):
            raw = word.encode(encoding)
            forms = {raw, raw.hex().encode(), raw.hex().upper().encode()}
            for shift in range(3):
                # The bytes before and after decide the first and last letters of base64; these are cut away.
                text = base64.b64encode(b"\x00" * shift + raw)
                first, last = -(-shift * 8 // 6), len(raw) + shift
                forms.add(text[first : last * 8 // 6])
            out.setdefault(f"word {place}", set()).update(forms)
    return {kind: frozenset(forms) for kind, forms in out.items()}


LITERALS = literals()


def parts(length: int = 8) -> tuple[bytes, ...]:
    """A few short pieces, at least one of which stands in each of the literals: without them none of those is there."""
    left = {form for forms in LITERALS.values() for form in forms}
    holders: dict[bytes, set[bytes]] = {}
    for form in left:
        for start in range(len(form) - length + 1):
            holders.setdefault(form[start : start + length], set()).add(form)
    chosen: list[bytes] = []
    while left:
        piece = max(holders, key=lambda one: (len(holders[one] & left), one))
        chosen.append(piece)
        left -= holders.pop(piece)
    return tuple(chosen)


PARTS = parts()

RAW = {
    f"word {place}": frozenset([word.encode()])
    for place, word in enumerate(WORDS)
    if not any(other in word and other != word for other in WORDS)
}
"""The few exact forms to look for in many megabytes; one that holds another is found by that."""
