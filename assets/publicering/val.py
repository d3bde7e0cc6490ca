"""Choosing how coarse a kommun's tables are, and telling kvalitetsenheten why. Protecting is in ``forbered``.

The rule: of the variants that are proved safe, the one that answers most of the kartläggning's questions; among those
within half a point of it the one where most persons are in some visible cell, then the one that tells most counts
(women's counted twice), then the finest.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assets.publicering.forbered import Osaker, Skyddad, Underlag, guarded, protected, unsafe_words
from assets.publicering.fragor import FRAGOR, Grad
from assets.publicering.nytta import Nytta, usefulness
from assets.publicering.varianter import POOLED, VARIANTER, Variant
from assets.tables.counting import STANDARD, Setup
from quality.disclosure.policy import Policy
from warehouse.contracts.errors import UserError
from warehouse.contracts.swedish import versal

NARA = 0.5
"""Points that two variants may differ by and still be taken as equally good at answering."""
NOG = 0.9
"""With this part of the points there can be, and of the persons seen, no coarser variant is tried."""
TALAMOD = 3
"""So many variants in a row without a better one, and the rest is not tried."""
LEAST = 10.0
"""Seconds that the chosen one gets at least for its own sake."""
NODFALL, HALVA = frozenset({"intervall", "totaler"}), 0.5
"""Last resorts: tried where nothing else is safe, or the best has less than this part of the points there can be."""
MEST = "som svarar på flest av kartläggningens frågor och är säker"
BARA_PA_BEGARAN = frozenset({"alla", "grannar"})
"""Not chosen unless asked for: every crossing tells less in a kommun, and neighbours are other data."""


@dataclass(frozen=True, slots=True)
class Prov:
    """A variant that was tried."""

    variant: Variant
    nytta: Nytta
    saker: bool
    sekunder: float
    varfor: str = ""
    """Why it is not safe: ``tid`` (time was out) or ``osaker``; empty where it is."""


@dataclass(frozen=True, slots=True)
class Val:
    """What was chosen, and why. Within secrecy with the draft: the words rest on true counts."""

    skyddad: Skyddad
    provade: tuple[Prov, ...]
    words: str

    @property
    def nytta(self) -> Nytta:
        """How useful the chosen one is."""
        return next(p.nytta for p in self.provade if p.variant == self.skyddad.variant)


def choose(
    underlag: Underlag, policy: Policy, *, setup: Setup = STANDARD, seconds: float = 120.0, want: str | None = None,
    prefer: Iterable[str] = (), make: Callable[..., Skyddad] = protected, because: str = "som du bad om",
) -> Val:  # fmt: skip
    """Try variants from the finest on, and take the most useful safe one; or the one that is wanted, if it is safe.

    ``seconds`` is for all of them together; what is not tried in time is not chosen, and the words say so. ``make``
    protects a variant: another than ``forbered.protected`` where kommuner publish together. ``because`` says why the
    wanted one is.

    Raises:
        UserError: There is no variant of that name.
        Osaker: The wanted one is not safe, or none is.
    """
    if want is not None and want not in VARIANTER:
        raise UserError(f"Varianten {want} finns inte. Välj en av: {', '.join(VARIANTER)}")
    if want == "grannar" and not underlag.kommun.startswith("grupp:"):
        raise UserError("Varianten grannar görs för en grupp av kommuner. Ange gruppens namn, inte en kommunkod.")
    wanted = [VARIANTER[want]] if want else [v for n, v in VARIANTER.items() if n not in BARA_PA_BEGARAN]
    deadline = time.monotonic() + seconds
    tried: list[Prov] = []
    made: dict[str, Skyddad] = {}
    left: list[Variant] = []
    for at, variant in enumerate(wanted):
        remaining = deadline - time.monotonic()
        if tried and remaining <= 0:
            left = wanted[at:]
            break
        if not want and not _pays(variant, tried):
            continue
        # Half of what is left, so that a large variant that never ends leaves time for the coarser ones.
        # They are compared as they are first made safe; only the chosen one is worth the search for what need not be
        # hidden after all.
        share = remaining if want else remaining / 2
        prov, one = _try(underlag, variant, policy, setup, share, prefer, make, quick=not want)
        tried.append(prov)
        if one.safe:
            made[variant.namn] = one
        elif want:
            raise Osaker(unsafe_words(one))
    if not made:
        raise Osaker(_none(tried, left))
    best = _best([p for p in tried if p.saker])
    if not want:
        left_over = max(deadline - time.monotonic(), LEAST)
        quickly = made[best.variant.namn]
        one = guarded(underlag, quickly.variant, quickly.built, policy, setup=setup, seconds=left_over, prefer=prefer)
        if one.safe:
            made[best.variant.namn] = one
            nytta = usefulness(one, underlag.cells, plan=setup.plan)
            tried[tried.index(best)] = best = replace(best, nytta=nytta)
    words = _words(best, tried, [v for v in left if _pays(v, tried)], because if want else MEST)
    return Val(made[best.variant.namn], tuple(tried), words)


def _try(
    underlag: Underlag, variant: Variant, policy: Policy, setup: Setup, seconds: float,
    prefer: Iterable[str], make: Callable[..., Skyddad], *, quick: bool,
) -> tuple[Prov, Skyddad]:  # fmt: skip
    began = time.monotonic()
    made = make(underlag, variant, policy, setup=setup, seconds=max(1.0, seconds), prefer=prefer, quick=quick)
    nytta = usefulness(made, underlag.cells, plan=setup.plan) if made.safe else Nytta()
    late = "tid" in (made.protection.reason, *(v.reason for v in made.verdicts if not v.passed))
    why = "" if made.safe else "tid" if late else "osaker"
    return Prov(variant, nytta, made.safe, time.monotonic() - began, why), made


def _pays(variant: Variant, tried: Sequence[Prov]) -> bool:
    """Whether a variant is worth the time, after those that were tried."""
    safe = [p for p in tried if p.saker]
    if not safe:
        return True
    best = _best(safe)
    n = best.nytta
    if variant.namn in NODFALL:
        return n.poang < HALVA * n.besvarbara
    if n.poang >= NOG * n.besvarbara and n.personer >= NOG:
        return False
    most = max(range(len(tried)), key=lambda i: (tried[i].nytta.poang, -i) if tried[i].saker else (-1.0, -i))
    return len(tried) - 1 - most < TALAMOD


def _best(safe: Sequence[Prov]) -> Prov:
    most = max(p.nytta.poang for p in safe)
    near = [p for p in safe if p.nytta.poang >= most - NARA]
    order = [*VARIANTER]
    return max(
        near,
        key=lambda p: (round(p.nytta.personer, 2), p.nytta.visade + p.nytta.kvinnor, -order.index(p.variant.namn)),
    )


# --- words --------------------------------------------------------------------------------------------------------


def _words(best: Prov, tried: Sequence[Prov], left: Sequence[Variant], why: str) -> str:
    said = [_chosen(best, why)]
    said.append(_answers(best.nytta))
    place = tried.index(best)
    finer = [p for p in tried[:place] if p.saker]
    coarser = [p for p in tried[place + 1 :] if p.saker]
    if finer:
        said.append(_beside("Med den finare indelningen", finer[-1], best))
    if coarser:
        said.append(_beside("Med den grövre indelningen", coarser[0], best))
    for prov in tried:
        if not prov.saker:
            why = "tiden räckte inte" if prov.varfor == "tid" else "det gick inte att visa att den är säker"
            said.append(f"{_quoted(prov.variant)} kan inte användas: {why}.")
    if left:
        names = ", ".join(_quoted(v) for v in left)
        said.append(f"Tiden tog slut innan {names} hann prövas. Ge mer tid med --sekunder om du vill jämföra med dem.")
    said.append(_can_do(best))
    return "\n".join(said)


def _quoted(variant: Variant) -> str:
    return f"”{variant.titel}”"


def _chosen(best: Prov, why: str) -> str:
    n = best.nytta
    shown = f"{n.visade} av {n.celler} uppgifter som inte är noll visas" if n.celler else "inga uppgifter finns"
    return (
        f"Tabellerna delas upp så här: {_quoted(best.variant)} (variant {best.variant.namn}), {why}. "
        f"{versal(shown)}, {n.kvinnor} av dem om kvinnor. I medeltal över indelningarna syns "
        f"{_percent(n.personer)} av personerna i någon siffra, i den bästa {_percent(n.personer_bast)}."
    )


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"


def _answers(n: Nytta) -> str:
    """Which questions get an answer, in part or not."""
    texts = {f.id: f.text for f in FRAGOR}
    said = [
        f"Av {n.besvarbara} frågor som uppgifterna kan svara på får {n.antal('helt')} svar, {n.antal('delvis')} delvis "
        f"svar och {n.antal('inte')} inget svar."
    ]
    heads: tuple[tuple[Grad, str], ...] = (
        ("delvis", "Delvis svar:"),
        ("inte", "Inget svar, för då kunde enskilda kännas igen:"),
        ("saknas", "Uppgifter fattas för:"),
    )
    for grad, head in heads:
        ones = [f"– {texts[i]}{f' ({s.hur})' if s.hur else ''}" for i, s in n.svar.items() if s.grad == grad]
        said += [head, *ones] if ones else []
    return "\n".join(said)


def _beside(head: str, other: Prov, best: Prov) -> str:
    """What another variant would have given more of, and less."""
    texts = {f.id: f.text for f in FRAGOR}
    rank: dict[Grad, int] = {"saknas": 0, "inte": 0, "delvis": 1, "helt": 2}
    change = {
        texts[i]: rank[other.nytta.svar[i].grad] - rank[s.grad]
        for i, s in best.nytta.svar.items()
        if i in other.nytta.svar
    }
    said = []
    for word, ones in (
        ("bättre", [t for t, c in change.items() if c > 0]),
        ("sämre", [t for t, c in change.items() if c < 0]),
    ):
        if ones:
            many = "en fråga" if len(ones) == 1 else f"{len(ones)} frågor"
            said.append(f"få {word} svar på {many} ({' '.join(ones)})")
    told = " men ".join(said) or "få lika goda svar på frågorna"
    return (
        f"{head}, {_quoted(other.variant)}, skulle ni {told}. Då skulle {_percent(other.nytta.personer)} av personerna "
        f"synas i någon siffra och {other.nytta.kvinnor} uppgifter om kvinnor visas."
    )


def _can_do(best: Prov) -> str:
    """What kvalitetsenheten can do for more."""
    ways = []
    if best.variant.flera_ar == "inga":
        ways.append(f"slå ihop {POOLED} år (--variant tva_flera eller flera)")
    if not best.variant.grannar:
        ways.append("redovisa tillsammans med kommuner som gått med på det (grannar i inställningarna)")
    ways.append("ge nämnden det som inte kan vara öppet i en sekretessbilaga (--typ sekretessbilaga)")
    return f"Räcker det inte kan ni {'; '.join(ways)}. Ett annat val görs med --variant."


def _none(tried: Sequence[Prov], left: Sequence[Variant]) -> str:
    short = any(p.varfor == "tid" for p in tried) or bool(left)
    names = ", ".join(_quoted(p.variant) for p in tried)
    why = "Tiden räckte inte till alla." if short else "Det beror oftast på vad som redan är ute om så få personer."
    return (
        f"Ingen indelning kunde visas vara säker, så inget är sparat. Prövade: {names}. {why} Ge mer tid med "
        "--sekunder, redovisa tillsammans med kommuner som gått med på det, eller lämna siffrorna i en sekretessbilaga."
    )
