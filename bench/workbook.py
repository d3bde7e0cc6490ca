"""``python -m bench.workbook``: reading a 20 000-row workbook against calamine alone, in turn, in one process.

Ours gives a table of text with row numbers, read in a child process with limits; calamine's gives its own cells and
nothing else. Prints medians of seconds and of the ratios pair by pair.
"""

import io
import statistics
import time

import python_calamine
import xlsxwriter

from sources.readers import read_sheet
from sources.synthetic import Plan, generate

ROWS, ROUNDS = 20_000, 7


def workbook() -> bytes:
    """Insatser of invented cases as a sheet: ids, codes, numbers, and dates as Excel keeps them."""
    rows = generate(Plan("0580", (2023, 2024, 2025), 5_000))["insats"].head(ROWS)
    if len(rows) != ROWS:
        raise SystemExit("bench: too few rows were invented")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Insatser")
    sheet.write_row(0, 0, list(rows.columns))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for place, name in enumerate(rows.columns):
        for row, text in enumerate(rows[name], start=1):
            if not isinstance(text, str):
                continue
            if name in {"beslutsdatum", "verkstalld", "slutdatum"}:
                sheet.write_number(row, place, _serial(text), day)
            elif name in {"antal_tillfallen", "kostnad_kr"}:
                sheet.write_number(row, place, float(text))
            else:
                sheet.write_string(row, place, text)
    book.close()
    return out.getvalue()


def _serial(text: str) -> int:
    from datetime import date

    return (date.fromisoformat(text) - date(1899, 12, 30)).days


def main() -> None:
    """Run the bench and print what was seen."""
    content = workbook()
    seen: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        cells = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        between = time.perf_counter()
        table = read_sheet(content)
        seen.append((between - began, time.perf_counter() - between))
        if not len(table.frame) == len(cells) - 1 == ROWS:
            raise SystemExit("bench: rows are missing")
    alone, ours = zip(*seen, strict=True)
    print(f"Calamine alone, {ROWS} rows:  median {statistics.median(alone):.2f} s")
    print(f"Our reader, the same file:  median {statistics.median(ours):.2f} s")
    print(f"Ours / calamine: {statistics.median(o / a for a, o in seen):.2f}   (goal: under 3)")


if __name__ == "__main__":
    main()
