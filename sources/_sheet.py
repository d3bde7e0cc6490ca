"""The child process of ``sources._workbook``: a workbook on stdin, its sheets as JSON on stdout. Nothing else."""

import io
import json
import resource
import sys
from datetime import date, datetime, time

NO_SHEET = 3
_MEMORY = 3 << 30


def cell_text(value: object) -> str:
    """A cell as text: dates as ISO, whole numbers without decimals, ja or nej for truth values."""
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
    """Write [name, rows] of the first sheet, of the sheets named (``=name``), of ``--all``, or ``--names`` alone."""
    import python_calamine as calamine

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    workbook = calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    names = workbook.sheet_names
    asked = sys.argv[1:]
    if asked == ["--names"]:
        json.dump(names, sys.stdout)
        return 0
    if asked != ["--all"]:
        wanted = [a.removeprefix("=").strip().casefold() for a in asked]
        names = [n for n in names if n.strip().casefold() in wanted] if asked else names[:1]
    if not names:
        return NO_SHEET
    sheets = []
    for name in names:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        sheets.append([name, [[cell_text(value) for value in row] for row in rows]])
    sys.stdout.write(json.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main())
