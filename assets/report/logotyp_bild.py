"""The kommun's logo as Word and Excel can show it: PNG, whatever it was drawn as."""

from pathlib import Path

from warehouse.contracts.errors import UserError


def logotyp(path: str) -> bytes:
    """The logo as PNG. Raises ``UserError`` where it cannot be read."""
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError:
        raise UserError(
            f"Logotypen {file.name} finns inte, eller går inte att läsa. Ta bort den, eller lägg dit den."
        ) from None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return content
    if b"<svg" not in content[:4096]:
        raise UserError(f"Logotypen {file.name} är varken PNG eller SVG. Spara den i något av de formaten.")
    import vl_convert

    try:
        return bytes(vl_convert.svg_to_png(content.decode("utf-8"), scale=4))
    except (ValueError, UnicodeDecodeError):
        raise UserError(f"Logotypen {file.name} går inte att rita. Spara den som PNG.") from None
