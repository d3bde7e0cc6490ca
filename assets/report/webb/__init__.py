"""The report as a small site of static pages that needs no server and fetches nothing: see ``sajt.skriv``.

How pages look and what they link to belongs here; what the report says comes in the document, and nothing is read.
"""

from assets.report.webb.sajt import skriv

__all__ = ["skriv"]
