"""Opens an .xlsx workbook after a look at its size: calamine ends the whole process where a sheet claims too much.

It makes room for every cell between the first and the last one, so one damaged cell reference asks for more memory
than there is, and nothing in Python can catch that.
"""

import io
import re
import zipfile
import zlib

import python_calamine as calamine

from sources.base import Unreadable
from warehouse.contracts.delivery import Fault

_UNPACKED = 200_000_000
_CELLS = 2_000_000
_ROWS = 1_048_576
_COLUMN = 3
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d*)""")


def open_workbook(content: bytes) -> calamine.CalamineWorkbook:
    """The workbook. Refuses what is empty, is no .xlsx (also one with a password), is damaged or unreasonably large."""
    if not content:
        raise Unreadable(Fault("tom_fil"))
    try:
        # .xls and encrypted workbooks are not zip archives.
        reasonable = _reasonable(zipfile.ZipFile(io.BytesIO(content)))
        workbook = calamine.load_workbook(io.BytesIO(content)) if reasonable else None
    except (calamine.CalamineError, zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError):
        workbook = None
    if workbook is None:
        raise Unreadable(Fault("filformat"))
    return workbook


def _reasonable(archive: zipfile.ZipFile) -> bool:
    """Whether every sheet, unpacked and laid out, fits in memory with ease."""
    if sum(member.file_size for member in archive.infolist()) > _UNPACKED:
        return False
    # Whatever the parts are called: any of them may be named as a sheet.
    sheets = [name for name in archive.namelist() if name.lower().endswith(".xml")]
    return all(_area(archive.read(name)) <= _CELLS for name in sheets)


def _area(xml: bytes) -> int:
    rows = columns = 1
    for letters, digits in set(_REFERENCE.findall(xml)):
        if len(letters) > _COLUMN or len(digits) > len(str(_ROWS)):
            return _CELLS + 1
        rows = max(rows, int(digits or 1))
        column = 0
        for sign in letters.upper():
            column = column * 26 + sign - 64
        columns = max(columns, column)
    return rows * columns if rows <= _ROWS else _CELLS + 1
