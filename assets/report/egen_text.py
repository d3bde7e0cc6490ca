"""The kommun's Markdown into the text of a report: what may stand there, and released numbers in place of references.

CommonMark without HTML, images, tables and code; links by https and mailto. ``[[U3-insatser-37]]`` or
``[[insatser antal_insatser kvinna insatstyp=stodsamtal]]`` is a released number. Nothing of a text is repeated in a
message: what was pasted there may be a record.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assets.publicering.tecken import SYMBOL
from assets.report.innehall.las import SHOWN, Las
from assets.report.modell import Del, Tal, Text, TextBlock
from assets.report.underlag import Underlag
from quality.identity_scan import mask_text
from warehouse.contracts.codes import CODES, TOTAL
from warehouse.contracts.errors import UserError
from warehouse.released import Ref

SPARAS_INTE = "talet går inte att spåra; skriv en referens i dubbla hakparenteser om det är ett tal ur rapporten"
LITET_TAL = (
    "ett litet tal om enskilda, som röjandekontrollen aldrig har prövat; ta bort det, eller skriv en referens i dubbla "
    "hakparenteser"
)
_REFUSED = {
    "html_block": "HTML kan inte användas; skriv som vanlig text",
    "html_inline": "HTML kan inte användas; skriv som vanlig text",
    "image": "bilder kan inte användas; ta bort bilden",
    "table_open": "tabeller kan inte användas; skriv som lista, eller hänvisa till rapportens tabeller",
    "fence": "kod kan inte användas; ta bort de omgivande tecknen",
    "code_block": "text som är indragen med fyra blanksteg blir kod; ta bort indraget",
    "code_inline": "kod kan inte användas; ta bort de bakvända apostroferna",
    "hr": "en linje kan inte användas; ta bort den, eller skriv en rubrik",
}
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_REFERENCE = re.compile(r"\[\[([^\[\]\n]{0,300})\]\]")
_LINK = re.compile(r"(?:https://[^\s/?#@]+\.[^\s@]*|mailto:[^\s@:/?]+@[^\s@:/?]+\.[A-Za-z]{2,})", re.IGNORECASE)
_KNOWN_DIGITS = re.compile(
    r"\d{4}-\d{2}-\d{2}|§+\s*\d+|\d+(?:\s*[a-z])?\s*§+|\d+\s*kap\.|(?:19|20)\d{2}:\d+|(?<!\d)(?:19|20)\d{2}(?!\d)"
    r"|\d{1,2}\s+(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)"
)
_NUMBER = re.compile(r"\d+(?:[\s.,]\d+)*")
_SMALL = re.compile(
    r"(?<![\d.,])[1-9][\s\u00a0]+(?:[a-zåäö]+[\s\u00a0]+)?(?:person|kvinn|m[aä]n\b|barn|flick|pojk|vux|ungdom|klient|brukare|"
    r"utsatt|utövare|familj|ärende|placering|insats|anmäl|avslag|aktualisering)",
    re.IGNORECASE,
)
"""A whole number below ten before a word, or two, that counts people or what was done for them."""


@dataclass(slots=True)
class Tolkad:
    """A text as blocks, with what is wrong and what may be: (line, what)."""

    block: tuple[TextBlock, ...] = ()
    fel: list[tuple[int, str]] = field(default_factory=list)
    varningar: list[tuple[int, str]] = field(default_factory=list)


def tolka(text: str, u: Underlag) -> Tolkad:
    """Read a text. Faults and warnings are in order of line, each once."""
    out = Tolkad()
    tokens = _reader().parse(text)
    addresses = {str(c.attrs.get("href"))[7:].split("?")[0] for t in tokens for c in t.children or () if _mail(c)}
    for at, line in enumerate(text.splitlines(), 1):
        if _HIDDEN.search(line):
            out.fel.append((at, "raden har osynliga tecken; skriv om den"))
        seen = re.sub("|".join(map(re.escape, addresses)), "", line) if addresses else line
        if mask_text(seen) != seen:
            out.fel.append((at, "här står något som kan peka ut en person; skriv utan nummer och adresser"))
    _Reading(u, out, text.splitlines()).read(tokens)
    out.fel[:] = sorted(set(out.fel))
    out.varningar[:] = sorted(set(out.varningar))
    return out


@cache
def _reader() -> MarkdownIt:
    # HTML and forbidden links are read as such, so that they can be refused and not printed as text.
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.validateLink = lambda url: bool(url) or True  # type: ignore[method-assign]
    return reader


def _mail(token: Token) -> bool:
    return token.type == "link_open" and str(token.attrs.get("href", "")).lower().startswith("mailto:")


class _Reading:
    """Goes through the tokens of one text."""

    def __init__(self, u: Underlag, out: Tolkad, lines: Sequence[str]) -> None:
        self.u = u
        self.lines = lines
        self.passed: dict[int, int] = {}
        self.out = out
        self.editions = [Las(u, of) for of in (u.utgiven, u.forra_aret, u.foregaende) if of is not None]

    def read(self, tokens: Sequence[Token]) -> None:
        lists: list[str] = []
        quotes = 0
        heading = 0
        first_in_item = False
        made: list[TextBlock] = []
        for token in tokens:
            line = (token.map[0] if token.map else 0) + 1
            if token.type in _REFUSED:
                self.out.fel.append((line, _REFUSED[token.type]))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                lists.append("punkt" if token.type == "bullet_list_open" else "nummer")
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                lists.pop()
            elif token.type == "list_item_open":
                first_in_item = True
            elif token.type in ("blockquote_open", "blockquote_close"):
                quotes += 1 if token.type == "blockquote_open" else -1
            elif token.type in ("heading_open", "heading_close"):
                heading = int(token.tag[1]) if token.type == "heading_open" else 0
            elif token.type == "inline":
                parts = self._inline(token.children or [], line)
                if not parts:
                    continue
                if heading:
                    made.append(TextBlock("rubrik", parts, heading))
                elif lists and first_in_item:
                    made.append(TextBlock("nummer" if lists[-1] == "nummer" else "punkt", parts, len(lists)))
                    first_in_item = False
                else:
                    made.append(TextBlock("citat" if quotes else "stycke", parts))
        self.out.block = _levelled(made)

    def _inline(self, children: Sequence[Token], line: int) -> tuple[Text, ...]:
        made: list[Text] = []
        bold = italic = 0
        link = ""
        said = ""

        def close() -> None:
            nonlocal said
            if said:
                made.append(Text(self._numbers(said, line, traced=not link), bold > 0, italic > 0, link))
            said = ""

        for token in children:
            if token.type in _REFUSED:
                self.out.fel.append((line, _REFUSED[token.type]))
            elif token.type in ("text", "text_special"):
                said += token.content
            elif token.type in ("softbreak", "hardbreak"):
                said += " "
                close()
                line += 1
            else:
                close()
                bold += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
                italic += {"em_open": 1, "em_close": -1}.get(token.type, 0)
                if token.type == "link_open":
                    link = self._link(str(token.attrs.get("href", "")), line)
                elif token.type == "link_close":
                    link = ""
        close()
        return tuple(made)

    def _link(self, href: str, line: int) -> str:
        if not _LINK.fullmatch(href):
            self.out.fel.append(
                (line, "länken kan inte användas; skriv en adress som börjar med https:// eller mailto:")
            )
            return ""
        return href

    def _numbers(self, said: str, line: int, *, traced: bool) -> tuple[Del, ...]:
        """A run of words with the released numbers in it."""
        parts: list[Del] = []
        at = 0
        for hit in _REFERENCE.finditer(said):
            parts += [said[at : hit.start()]] if hit.start() > at else []
            found = self._number(hit[1].strip(), line)
            parts += [found] if found is not None else []
            at = hit.end()
        parts += [said[at:]] if at < len(said) else []
        for part in parts if traced else ():
            if isinstance(part, str):
                self._warn(part, line)
        return tuple(parts)

    def _warn(self, said: str, line: int) -> None:
        """Point out each number that cannot be traced by line and column: what it is, only its author may read."""
        plain = _KNOWN_DIGITS.sub(lambda known: "§" * len(known[0]), said)
        for hit in _NUMBER.finditer(plain):
            what = LITET_TAL if _SMALL.match(plain, hit.start()) else SPARAS_INTE
            self.out.varningar.append((line, f"{self._column(said, hit.start(), line)}{what}"))
        self.passed[line] = self._start(said, line) + len(said.strip())

    def _column(self, said: str, at: int, line: int) -> str:
        """Where in its line a number stands; empty where the line as written is not told from the text as read."""
        start = self._start(said, line)
        lead = len(said) - len(said.lstrip())
        return f"tecken {start + at - lead + 1}: " if start >= 0 else ""

    def _start(self, said: str, line: int) -> int:
        raw = self.lines[line - 1] if line <= len(self.lines) else ""
        return raw.find(said.strip(), max(self.passed.get(line, 0), 0))

    def _number(self, said: str, line: int) -> Del | None:
        try:
            las, tabell, row = self._by_ref(said) if re.match(r"[Uu]\d+-", said) else self._by_words(said)
        except UserError as error:
            self.out.fel.append((line, str(error)))
            return None
        if row["status"] in SHOWN and (number := las.skrivet(tabell, row)):
            return Tal(number.text, number.ref)
        return SYMBOL if row["status"] == "skyddas" else "–"

    def _by_ref(self, said: str) -> tuple[Las, str, dict[str, object]]:
        ref = Ref.of(said)
        for las in self.editions:
            row = las.rader_efter_ref.get(ref)
            if row is not None and self.u.measure(ref.tabell, str(row["matt"])) is not None:
                return las, ref.tabell, dict(row)
        now = self.u.edition.utgava
        raise UserError(
            "referensen finns inte i utgåvan; kolla den i rapporten" if ref.utgava == now else
            f"referensen gäller en annan utgåva än {now}; skriv i stället tabell, mått och kön, så följer talet med"
        )  # fmt: skip

    def _by_words(self, said: str) -> tuple[Las, str, dict[str, object]]:
        words = said.split()
        names = [w for w in words if "=" not in w]
        codes = dict(w.split("=", 1) for w in words if "=" in w)
        if len(names) < 2 or len(names) > 3:
            raise UserError("referensen ska vara tabell, mått och kön, till exempel insatser antal_insatser kvinna")
        tabell, matt, kon = (*names, TOTAL)[:3]
        if tabell not in self.u.plan:
            raise UserError(f"referensens tabell finns inte{_near(tabell, list(self.u.plan))}")
        spec = self.u.spec(tabell)
        if self.u.measure(tabell, matt) is None:
            raise UserError(f"referensens mått finns inte{_near(matt, [m.name for m in spec.shown_measures])}")
        if kon not in (*CODES["kon"], TOTAL):
            raise UserError(f"referensens kön finns inte; skriv {', '.join((*CODES['kon'], TOTAL))}")
        period = codes.pop("period", "")
        wrong = [name for name in codes if name not in spec.view_columns]
        if wrong:
            raise UserError(f"referensens uppdelning finns inte{_near(wrong[0], list(spec.view_columns))}")
        las = next((e for e in self.editions if period[:4] == str(e.ar)), self.editions[0])
        row = las.rad(tabell, matt, kon, period, **codes)
        if row is None:
            raise UserError("det finns inget sådant tal i utgåvan; kolla tabell, mått, kön och uppdelning")
        return las, tabell, dict(row)


def _near(said: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(said.casefold(), allowed, n=1)
    return f"; menades {near[0]}?" if near else ""


def _levelled(made: Sequence[TextBlock]) -> tuple[TextBlock, ...]:
    """Headings from 1 on and no deeper than 3, whatever the text began with, and no level left out."""
    levels = sorted({b.niva for b in made if b.slag == "rubrik"})
    depth = {level: min(at, 3) for at, level in enumerate(levels, 1)}
    return tuple(TextBlock(b.slag, b.delar, depth[b.niva]) if b.slag == "rubrik" else b for b in made)
