"""Chapters on what others say: the jourer, Brå's reported offences, Öppna jämförelser."""

from functools import cache

from assets.report.innehall.bilder import diagram
from assets.report.innehall.kapitel import Bygge, med_bild
from assets.report.innehall.las import SEXES, SHOWN, Las
from assets.report.innehall.sprak import BARN, VUXNA, Ord, antal, punkt, rakna_upp, stycke
from assets.report.innehall.tabeller import noter
from assets.report.modell import Del, Innehall, Rad, Ruta, Stycke, Tabell
from assets.tables.behov_utbud import brott_av_narstaende
from assets.tables.sexes import MIXED
from warehouse.contracts.codes import CODES, TOTAL, label
from warehouse.contracts.swedish import period_name

_SOKANDE = Ord(
    ("person som utsatts för våld", "personer som utsatts för våld"),
    ("kvinna", "kvinnor"),
    ("man", "män"),
    ("person med annat eller okänt kön", "personer med annat eller okänt kön"),
)
BROTT = (
    "Anmälda brott är inte samma sak som våld som förekommit: många brott anmäls aldrig, "
    "och en händelse kan ge flera anmälningar."
)
VALDA = (
    "De här brotten är valda för att Brå redovisar dem efter relation: parrelation, släktskap eller familj, eller "
    "bekant med offret. En bekant kan också vara en vän. Grov kvinnofridskränkning är med, fast Brå inte anger "
    "någon relation."
)


def jourer(las: Las) -> tuple[str, ...]:
    """The jourer that have reported, in the table's order."""
    return tuple(dict.fromkeys(str(r["jour"]) for r in las.of.rader.get("iop", ()) if "jour" in r))


def nekade(las: Las, jour: str) -> list[Del] | None:
    """How many a jour had no room for."""
    of = {"jour": jour, "post": "nekade_platsbrist"}
    return antal(las, VUXNA, "iop", "antal_nekade_platsbrist", las.perioder[0], **of) if las.perioder else None


def jour_text(las: Las, jour: str) -> list[Stycke]:
    """What a jour reports of contacts and shelter."""
    if not las.perioder:
        return []
    told = {
        post: antal(las, words, "iop", f"antal_{post}", las.perioder[0], jour=jour, post=post)
        for post, words in (
            ("kontakter", _SOKANDE),
            ("boende_vuxna", VUXNA),
            ("boende_barn", BARN),
        )
    }
    made = []
    if contacts := told["kontakter"]:
        made.append(punkt(f"{jour} rapporterar att ", contacts, " tog kontakt."))
    if housed := [p for p in (told["boende_vuxna"], told["boende_barn"]) if p]:
        made.append(punkt(f"I boendet hos {jour} bodde ", rakna_upp(housed), "."))
    return made


def iop(b: Bygge) -> tuple[Innehall, ...]:
    """What the jourer report."""
    table = _jourtabell(b)
    made: list[Innehall] = [table] if table is not None else []
    if made:
        made.insert(
            0,
            stycke(
                "Jourerna har själva rapporterat siffrorna. En person kan ha haft kontakt flera gånger, med "
                "flera jourer och också med socialtjänsten. Talen får därför inte läggas ihop med nämndens "
                "ärenden."
            ),
        )
    return tuple(made)


_POSTER = (
    "kontakter", "kontakter_heder", "kontakter_under_18", "boende_vuxna", "boende_barn", "nekade_platsbrist",
    "nekade_barn_platsbrist",
)  # fmt: skip
"""What the jourer report of persons."""


def _jourtabell(b: Bygge) -> Tabell | None:
    """What each jour reports of persons, the sexes side by side, and the total of the year before."""
    if not b.las.perioder:
        return None
    period = b.las.perioder[0]
    kons = (*SEXES, TOTAL)
    rows: list[Rad] = []
    for jour in jourer(b.las):
        for post in _POSTER:
            of = {"jour": jour, "post": post}
            cells = [b.las.ruta("iop", b.las.rad("iop", f"antal_{post}", k, period, **of)) for k in kons]
            if any(c.status in SHOWN for c in cells):
                before = b.fore.ruta("iop", b.fore.rad("iop", f"antal_{post}", TOTAL, **of)) if b.fore else None
                rows.append(Rad((jour, CODES["iop_post"][post]), (*cells, before or Ruta(("",), "tom"))))
    if not rows:
        return None
    heads = (*(MIXED[k] for k in SEXES), "Totalt", f"Totalt {b.las.ar - 1}")
    used = [at for at in range(len(heads)) if any(rad.rutor[at].status != "tom" for rad in rows)]
    return Tabell(
        f"kap-jourer-{period.lower().replace('_', '-')}",
        "iop",
        f"Personer i jourernas rapporter, {b.u.plats} {period_name(period)}",
        "Som jourerna rapporterat. Raderna får inte läggas ihop.",
        ("Jour", "Vad som räknas"),
        tuple(heads[at] for at in used),
        tuple(Rad(r.namn, tuple(r.rutor[at] for at in used)) for r in rows),
    )


def brott(b: Bygge) -> tuple[Innehall, ...]:
    """Offences by someone close, as reported."""
    table = brottstabell(b.las)
    if table is None:
        return ()
    near = [rad for rad in table.rader if "parrelation" in rad.namn[0]] or list(table.rader)
    title = "Anmälda brott mot vuxna i en parrelation" if "parrelation" in near[0].namn[0] else _BROTTSRUBRIK
    chart = diagram(b.las, table, title, "Antal anmälda brott", rader=lambda rad: rad in near)
    return (
        stycke(BROTT),
        stycke(VALDA),
        *med_bild(chart, table),
        stycke(
            "Siffrorna här är påhittade; de riktiga finns hos Brå."
            if pahittad_tabell(b.las, "anmalda_brott")
            else "Siffrorna är offentliga hos Brå.",
            " Brå räknar brott på den kommun där de begåtts. Alla brott som redovisas för kommunen står i "
            "tabellbilagan.",
        ),
    )


def pahittad_tabell(las: Las, tabell: str) -> bool:
    """Whether a table says that its figures are invented."""
    return any(n.startswith("PÅHITTADE") for n in las.of.noter.get(tabell, ()))


_BROTTSRUBRIK = "Anmälda brott mot vuxna av närstående eller bekant"
_FORST = (
    (("Misshandel", "inomhus", "parrelation"), ("Misshandel", "inomhus", "bekant")),
    (("Grov kvinnofridskränkning",),),
    (("Olaga hot", "parrelation"),),
)
"""Words of the offences that a reader asks for first, in that order, each with what comes next to it."""


def viktigaste_brott(tabell: Tabell | None) -> tuple[Rad, ...]:
    """The first row of each kind that a reader asks for first."""
    rows = tabell.rader if tabell else ()
    found = [
        next((r for words in nearest for r in rows if all(w in r.namn[0] for w in words)), None) for nearest in _FORST
    ]
    return tuple(r for r in found if r is not None)


@cache
def _kinds() -> dict[str, dict[str, str]]:
    """By label, in order of it, the offence id of each sex. The table's caption says that adults are meant."""
    found: dict[str, dict[str, str]] = {}
    for number, (words, kon) in brott_av_narstaende().items():
        short = words.replace(", 18+", "").replace("närstående genom ", "")
        found.setdefault(short, {})[kon] = str(number)
    return dict(sorted(found.items()))


def brottstabell(las: Las) -> Tabell | None:
    """Offences against adults by someone close: a row each, the sexes side by side."""
    if not las.har("anmalda_brott"):
        return None
    period = str(las.ar)
    by_id = {
        (str(r["brott_id"]), str(r["kon"])): r
        for r in las.of.rader["anmalda_brott"]
        if r["matt"] == "antal_brott" and r["period"] == period and r.get("omrade", "kommun") in ("kommun", TOTAL)
    }
    sexes = ("kvinna", "man", TOTAL)
    rows = []
    for words, ids in _kinds().items():
        cells = tuple(las.ruta("anmalda_brott", by_id.get((ids[k], k)) if k in ids else None) for k in sexes)
        if any(c.status in SHOWN for c in cells):
            rows.append(Rad((words,), cells))
    if not rows:
        return None
    used = [at for at in range(3) if any(rad.rutor[at].status != "tom" for rad in rows)]
    heads = ("Mot kvinnor", "Mot män", "Mot alla")
    return Tabell(
        f"kap-brott-narstaende-{period}",
        "anmalda_brott",
        f"{_BROTTSRUBRIK}, {las.u.plats} {period_name(period)}",
        "Enhet: brott. Period: anmälda under året.",
        ("Brott",),
        tuple(heads[at] for at in used),
        tuple(Rad(r.namn, tuple(r.rutor[at] for at in used)) for r in rows),
    )


_AREAS = ("lan", "riket")


def oj(b: Bygge) -> tuple[Innehall, ...]:
    """The kommun's answers in Öppna jämförelser, beside those of the län and the country."""
    las = b.las
    made: list[Innehall] = [*oj_text(las)]
    table = _oj_table(las)
    if table is not None:
        no = [rad for rad in table.rader if rad.namn[-1] != "Ja"]
        shown = {id(rad) for rad in (no or table.rader)[:12]}
        chart = diagram(
            las,
            table,
            "Det som kommunen inte svarat ja på: andel ja i länet och i riket"
            if no
            else "Andel ja bland dem som svarat, länet och riket",
            "Andel ja bland dem som svarat, procent",
            namn=lambda rad: rad.namn[0],
            rader=lambda rad: id(rad) in shown,
        )
        made += med_bild(chart, table)
    if made:
        made.append(
            stycke(
                "Ett ja betyder att kommunen säger sig uppfylla indikatorn. Att en kommun inte svarat är "
                "inte ett nej. Uppgifterna gäller arbetssätt och rutiner, inte personer."
            )
        )
    return tuple(made)


def oj_text(las: Las) -> list[Stycke]:
    """How many indicators the kommun says yes to; what share is yes in the län and the country."""
    yes, of = las.tal("oj", "antal_ja", omrade="kommun"), las.tal("oj", "antal_svar", omrade="kommun")
    partly, no = las.tal("oj", "antal_delvis", omrade="kommun"), las.tal("oj", "antal_nej", omrade="kommun")
    made = []
    if yes and of and partly and no:
        parts = rakna_upp([(yes, " ja"), (partly, " delvis"), (no, " nej")])
        made.append(
            stycke("I Öppna jämförelser har kommunen besvarat ", of, " indikatorer om arbetssätt: ", parts, ".")
        )
    elif yes and of:
        made.append(stycke("Kommunen har svarat ja på ", yes, " av de ", of, " indikatorer som den har besvarat."))
    shares = [
        (f"{word} ", t)
        for area, word in (("lan", "i länet"), ("riket", "i riket"))
        if (t := las.tal("oj", "andel_ja", omrade=area))
    ]
    if shares:
        made.append(stycke("Andelen ja bland dem som svarat är ", rakna_upp(shares), "."))
    return made


def _oj_table(las: Las) -> Tabell | None:
    period = str(las.ar)
    if not las.har("oj"):
        return None
    spec = las.u.spec("oj")
    codes = dict.fromkeys(str(r["indikator"]) for r in las.of.rader["oj"] if r["indikator"] != TOTAL)
    rows = []
    for code in codes:
        cells = tuple(_share(las, code, area) for area in _AREAS)
        if any(c is not None for c in cells):
            answer = next(
                (
                    label("oj_svar", a)
                    for a in ("ja", "delvis", "nej")
                    if las.varde("oj", f"antal_{a}", omrade="kommun", indikator=code)
                ),
                "Har inte svarat",
            )
            rutor = tuple(las.ruta("oj", c) for c in cells)
            rows.append(Rad((spec.dimensions[0].word(code), answer), rutor))
    if not rows:
        return None
    return Tabell(
        f"kap-oj-{period}",
        "oj",
        f"Öppna jämförelser: andel ja bland dem som svarat, {las.u.plats} {period}",
        "Länet och riket: så stor andel av dem som svarat på indikatorn har svarat ja.",
        ("Indikator", "Kommunens svar"),
        ("Länet", "Riket"),
        tuple(rows),
        "andel",
        noter=noter(las.of, "oj")[:1],
    )


def _share(las: Las, code: str, area: str) -> dict[str, object] | None:
    for matt in ("andel_ja", "andel_ja_kalla"):
        row = las.rad("oj", matt, omrade=area, indikator=code)
        if row is not None and row["status"] in SHOWN:
            return dict(row)
    return las.rad("oj", "andel_ja", omrade=area, indikator=code)  # type: ignore[return-value]
