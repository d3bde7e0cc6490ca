"""The kommun's Markdown into the text of a report: what may stand there, and released numbers in place of references.

CommonMark without HTML, images, tables and code; links by https and mailto. ``[[U3-insatser-37]]`` or
``[[insatser antal_insatser kvinna insatstyp=stodsamtal]]`` is a released number (``referens``). Nothing of a text is
repeated in a message, but for what looks like a code in a reference: what was pasted there may be a record.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assets.publicering.tecken import SYMBOL
from assets.report.innehall.las import SHOWN, Las
from assets.report.modell import Del, Tal, Text, TextBlock
from assets.report.referens import slag_upp
from assets.report.underlag import Underlag
from quality.identity_scan import mask_text
from warehouse.contracts.errors import UserError

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
_PEOPLE = (
    r"(?:person|kvinn|m[aä]n(?:nen)?s?\b|barn|flick|pojk|vux|ungdom|klient|brukare|utsatt|utövare|familj|ärende|placering"
    r"|insats|anmäl|avslag|aktualisering)"
)
_MIDDLE = (
    r"(?:(?!(?:hundra|tusen|miljon|procent|gånger|(?:års?|månaders?|veckors?|dagars?|dygns?|timmars?)\b|[a-zåäö]*del(?:ar)?\b))"
    r"[a-zåäö]+\s+)?"
)
_SMALL = re.compile(
    rf"(?<![\w.,])(?:(?:[1-9]|10)|två|tre|fyra|fem|sex(?!\s+(?:med|mot|och|eller|som|för|om|i)\b)|sju|åtta|nio|tio"
    rf"|(?:bara|endast|enda)\s+(?:en|ett)|enda)\s+{_MIDDLE}{_PEOPLE}",
    re.IGNORECASE,
)
"""A whole number up to ten, in digits or words, before a word, or two, that counts people or what was done for them.

"en" is as often no number: only where it is said to be all there is. "sex" is not always one either.
"""
_OPAQUE = "\ufffc"
"""Stands for what is no text of the kommun's in a paragraph: a released number, a link."""
_ORDNING = ("första", "andra", "tredje", "fjärde", "femte", "sjätte", "sjunde", "åttonde", "nionde", "tionde")


@dataclass(frozen=True, order=True, slots=True)
class Anmarkning:
    """What is to be mended or looked at, and where."""

    rad: int
    tecken: int
    """Column; 0 where it is the whole line, or where it is not known."""
    besked: str
    vilken: str = ""
    """Which of a line's references."""

    @property
    def plats(self) -> str:
        """Where, in words: ``rad 3, tecken 41, den andra referensen``."""
        return ", ".join(filter(None, (f"rad {self.rad}", f"tecken {self.tecken}" * bool(self.tecken), self.vilken)))


@dataclass(slots=True)
class Tolkad:
    """A text as blocks, with what is wrong and what may be."""

    block: tuple[TextBlock, ...] = ()
    fel: list[Anmarkning] = field(default_factory=list)
    varningar: list[Anmarkning] = field(default_factory=list)


def tolka(text: str, u: Underlag) -> Tolkad:
    """Read a text. Faults and warnings are in the order of the text, each once."""
    out = Tolkad()
    tokens = _reader().parse(text)
    addresses = {str(c.attrs.get("href"))[7:].split("?")[0] for t in tokens for c in t.children or () if _mail(c)}
    for at, line in enumerate(text.splitlines(), 1):
        if hidden := _HIDDEN.search(line):
            out.fel.append(Anmarkning(at, hidden.start() + 1, "här står osynliga tecken; skriv om raden"))
        seen = re.sub("|".join(map(re.escape, addresses)), "", line) if addresses else line
        if mask_text(seen) != seen:
            out.fel.append(
                Anmarkning(at, 0, "här står något som kan peka ut en person; skriv utan nummer och adresser")
            )
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
        self.referred: dict[int, int] = {}
        """By line: how much of it is read, and how many of its references."""
        self.runs: list[tuple[str, int]] = []
        """A paragraph's words so far, with their lines."""
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
                self.out.fel.append(Anmarkning(line, 0, _REFUSED[token.type]))
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
                self.out.fel.append(Anmarkning(line, 0, _REFUSED[token.type]))
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
        self._warn()
        return tuple(made)

    def _link(self, href: str, line: int) -> str:
        if not _LINK.fullmatch(href):
            what = "länken kan inte användas; skriv en adress som börjar med https:// eller mailto:"
            self.out.fel.append(Anmarkning(line, 0, what))
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
            self.runs += [(said[at : hit.start()] if traced else "", line), (_OPAQUE, 0)]
            at = hit.end()
        parts += [said[at:]] if at < len(said) else []
        self.runs.append((said[at:], line) if traced else (_OPAQUE, 0))
        return tuple(parts)

    def _warn(self) -> None:
        """Point out each number that cannot be traced by line and column: what it is, only its author may read.

        A paragraph at a time: "tre" may be the last word of a line, or bold.
        """
        whole = "".join(said for said, _ in self.runs)
        places = [place for said, line in self.runs for place in self._places(said, line)]
        plain = _KNOWN_DIGITS.sub(lambda known: "§" * len(known[0]), whole)
        small = {hit.start() for hit in _SMALL.finditer(plain)}
        for at in sorted(small | {hit.start() for hit in _NUMBER.finditer(plain)}):
            self.out.varningar.append(Anmarkning(*places[at], LITET_TAL if at in small else SPARAS_INTE))
        self.runs.clear()

    def _places(self, said: str, line: int) -> list[tuple[int, int]]:
        """Line and column of every sign of a run; column 0 where the line as written is not told from it as read."""
        words = said.strip()
        start = self._raw(line).find(words, self.passed.get(line, 0)) if words else -1
        if start < 0:
            return [(line, 0)] * len(said)
        self.passed[line] = start + len(words)
        first = start - (len(said) - len(said.lstrip())) + 1
        return [(line, max(first + n, 1)) for n in range(len(said))]

    def _raw(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def _number(self, hit: str, line: int) -> Del | None:
        at, which = self._place(hit, line)
        try:
            las, tabell, row = slag_upp(hit, self.u, self.editions)
        except UserError as error:
            self.out.fel.append(Anmarkning(line, at, str(error), which))
            return None
        if row["status"] in SHOWN and (number := las.skrivet(tabell, row)):
            return Tal(number.text, number.ref)
        return SYMBOL if row["status"] == "skyddas" else "–"

    def _place(self, said: str, line: int) -> tuple[int, str]:
        """Where a reference stands in its line, and which of them it is where there are several; 0 where not told."""
        every = list(_REFERENCE.finditer(self._raw(line)))
        passed = self.referred.get(line, 0)
        at = next((n for n, m in enumerate(every) if n >= passed and m[1].strip() == said), None)
        if at is None:
            return 0, ""
        self.referred[line] = at + 1
        named = f"den {_ORDNING[at]} referensen" if at < len(_ORDNING) else f"referens nummer {at + 1}"
        return every[at].start() + 1, named if len(every) > 1 else ""


def _levelled(made: Sequence[TextBlock]) -> tuple[TextBlock, ...]:
    """Headings from 1 on and no deeper than 3, whatever the text began with, and no level left out."""
    levels = sorted({b.niva for b in made if b.slag == "rubrik"})
    depth = {level: min(at, 3) for at, level in enumerate(levels, 1)}
    return tuple(TextBlock(b.slag, b.delar, depth[b.niva]) if b.slag == "rubrik" else b for b in made)
