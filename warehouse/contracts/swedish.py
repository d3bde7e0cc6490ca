"""How Swedes write a number. Standard library only."""


def number(value: float | None, *, decimals: int | None = None) -> str:
    """A number with decimal comma and hard spaces between thousands; an en dash where there is none.

    Without ``decimals`` a whole number has none and any other has one.
    """
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    return f"{value:,.{decimals}f}".replace(",", "\u00a0").replace(".", ",").replace("-", "−")
