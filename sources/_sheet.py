"""The child process of ``sources._workbook``: a workbook on stdin, its sheets as text on stdout. Nothing else.

A first line of JSON says what follows: for each sheet its name, or name and cells where a cell holds a separator.
The other sheets' cells follow in one text, which is read in half the time of JSON.
"""

import gc
import io
import json
import resource
import sys
from datetime import date, datetime, time
from typing import Any

NO_SHEET = 3
SHEET, ROW, CELL = "\x1d", "\x1e", "\x1f"
"""Between sheets, rows and cells: signs made for it, and not met in cells that people fill in."""
_MEMORY = 3 << 30


def cell_text(value: object) -> str:
    """A cell as text: dates as ISO, whole numbers without decimals, ja or nej for truth values."""
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def main() -> int:
    """Write the first sheet, the sheets named (``=name``), ``--all`` of them, or their ``--names`` alone."""
    import python_calamine as calamine

    gc.disable()  # a large sheet is millions of cells that all live until the end
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workbook = calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    names = workbook.sheet_names
    asked = sys.argv[1:]
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="\n")  # type: ignore[union-attr]
    if asked == ["--names"]:
        sys.stdout.write(json.dumps([[name, []] for name in names]) + "\n" + SHEET * (len(names) - 1))
        return 0
    if asked != ["--all"]:
        wanted = [a.removeprefix("=").strip().casefold() for a in asked]
        names = [n for n in names if n.strip().casefold() in wanted] if asked else names[:1]
    if not names:
        return NO_SHEET
    about: list[Any] = []
    texts = []
    for name in names:
        rows = [list(map(cell_text, row)) for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        text = ROW.join(map(CELL.join, rows))
        width = len(rows[0]) if rows else 0
        plain = width > 0 and text.count(CELL) == len(rows) * (width - 1) and text.count(ROW) == len(rows) - 1
        about.append(name if plain and SHEET not in text else [name, rows])
        texts.append(text if isinstance(about[-1], str) else "")
    sys.stdout.write(json.dumps(about) + "\n" + SHEET.join(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
