"""How each version of the IOP form looks: sheets, headers, rows, and which boxes are to be filled in. Data only.

A version that has been sent out is never changed: a new one is added, so that a form from last year can still be read.
The seven items are those of a real agreement; housed, refused and nights are what the jourer's own statistics count.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.contracts.codes import CODES

COVER, FIGURES, HELP, EXAMPLE = "Försättsblad", "Uppgifter", "Läs mig", "Exempel (påhittat)"
CORRECTIONS = "Att rätta"
"""The summary sheet of a workbook that was sent back: its A1 says ``Leverans`` and B1 which one."""

COVER_HEADERS = ("Uppgift", "Svar")
KON: Mapping[str, str] = {
    "kvinna": "Kvinnor",
    "man": "Män",
    "annat_okant": "Annat eller okänt",
    "totalt": "Totalt",
}
PARTS = tuple(kon for kon in KON if kon != "totalt")
LETTERS: Mapping[str, str] = {**dict(zip(KON, "BCDE", strict=True)), "post": "A", "saknas_orsak": "F"}
LIMIT = 1_000_000
"""The largest figure that the contract takes."""

Cell = tuple[str, str]
"""Post and kon."""

_SPLIT, _TOTAL = tuple(KON), ("totalt",)


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the figures sheet; without a post it is a heading."""

    title: str
    post: str | None = None
    kon: tuple[str, ...] = _SPLIT
    """The boxes that are to be filled in; the others are grey."""
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One version of the form. Both sheets have their headers in row 1, and every row its own place."""

    version: str
    cover: Mapping[str, str]
    """Field name to its title, in order from row 2."""
    headers: tuple[str, ...]
    rows: tuple[FormRow, ...]
    parts_asked: bool = True
    """Whether a total without its parts needs a reason."""

    @property
    def posts(self) -> Mapping[str, tuple[int, FormRow]]:
        """Post to its row number and row, in order."""
        return {row.post: (number, row) for number, row in enumerate(self.rows, start=2) if row.post}

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every box to be filled in."""
        return tuple((post, kon) for post, (_, row) in self.posts.items() for kon in row.kon)

    def place(self, cell: Cell) -> tuple[int, str]:
        """Row and letter of a box."""
        return self.posts[cell[0]][0], LETTERS[cell[1]]


def _old(**titles: str) -> tuple[FormRow, ...]:
    return tuple(FormRow(title, post) for post, title in titles.items())


_FIRST = Layout(
    version="iop-1",
    parts_asked=False,
    cover={
        "kommun": "Kommun",
        "kommunkod": "Kommunkod",
        "ar": "År",
        "jour": "Jour",
        "formularversion": "Formulärversion",
    },
    headers=("Post", *KON.values(), "Saknas, orsak"),
    rows=_old(
        kontakter="Våldsutsatta som kontaktat jouren",
        barn_skolplats="Medföljande barn med förskole- eller skolplats",
        boende_vuxna="Vuxna som bott i jourens boende",
        boende_barn="Medföljande barn som bott i jourens boende",
        boendenatter="Nätter i jourens boende",
        nekade_platsbrist="Nekade plats på grund av platsbrist",
        volontarer="Volontärer",
        volontartimmar="Volontärtimmar",
        fast_anstallda="Fast anställda",
        utatriktade_aktiviteter="Utåtriktade aktiviteter",
    ),
)


def _row(post: str, tip: str, kon: tuple[str, ...] = _SPLIT) -> FormRow:
    return FormRow(CODES["iop_post"][post], post, kon, tip)


LATEST = Layout(
    version="iop-2",
    cover={
        "kommun": "Kommun",
        "kommunkod": "Kommunkod",
        "ar": "År",
        "jour": "Jour",
        "pahittad": "Påhittade uppgifter",
        "formularversion": "Formulärversion",
    },
    headers=("Post", *KON.values(), "Saknas, orsak", "Kontroll"),
    rows=(
        FormRow("Kontakter"),
        _row("kontakter", "Personer som sökt stöd för egen del under året. Varje person räknas en gång."),
        _row("kontakter_heder", "De av dem som utsatts för våld eller förtryck i hederns namn."),
        _row("kontakter_under_18", "De av dem som var under 18 år vid första kontakten under året."),
        _row("kontakttillfallen", "Alla samtal, chattar och besök under året, också flera med samma person.", _TOTAL),
        FormRow("Boende"),
        _row("boende_vuxna", "Vuxna som bott hos er minst en natt under året. Varje person räknas en gång."),
        _row("boende_barn", "Barn som bott hos er tillsammans med en vuxen. Varje barn räknas en gång."),
        _row("boendenatter", "Alla nätter under året, vuxnas och barns tillsammans.", _TOTAL),
        _row("boendenatter_vuxna", "En vuxen som bott tre nätter är tre nätter."),
        _row("boendenatter_barn", "Ett barn som bott tre nätter är tre nätter."),
        _row("nekade_platsbrist", "Vuxna som ni fått säga nej till för att det var fullt."),
        _row("nekade_barn_platsbrist", "Barn som skulle ha följt med dem."),
        FormRow("Barn"),
        _row("barn_skolplats", "Barn som bott hos er och haft förskole- eller skolplats under tiden.", _TOTAL),
        FormRow("Brukarundersökning"),
        _row("enkat_tillfragade", "Personer som fått frågan. Gjordes ingen undersökning: välj orsak.", _TOTAL),
        _row("enkat_svar", "Personer som svarat.", _TOTAL),
        _row("enkat_hjalpta", "De av dem som svarat att stödet har hjälpt, helt eller delvis.", _TOTAL),
        FormRow("När stödet inte räckte till"),
        _row("otillrackliga_insatser", "Gånger då ni inte kunde ge det stöd som behövdes, platsbrist ej med.", _TOTAL),
        FormRow("Utåtriktat arbete"),
        _row("utatriktade_aktiviteter", "Föreläsningar, kampanjer, skolbesök och liknande.", _TOTAL),
        _row("utatriktade_deltagare", "Personer som deltagit, ungefär. En person kan räknas flera gånger.", _TOTAL),
        FormRow("Personal"),
        _row("volontarer", "Personer som arbetat ideellt någon gång under året.", _TOTAL),
        _row("volontartimmar", "Alla ideella timmar under året, avrundade till hela timmar.", _TOTAL),
        _row("fast_anstallda", "Personer med anställning den 31 december.", _TOTAL),
    ),
)  # fmt: skip

LAYOUTS: Mapping[str, Layout] = {layout.version: layout for layout in (_FIRST, LATEST)}
