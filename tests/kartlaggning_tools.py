"""A report with one of each thing in it, made by hand: for tests of the forms that it is written in."""

import struct
import zlib
from datetime import UTC, date, datetime

from assets.report.modell import (
    Avsnitt,
    Del,
    Diagram,
    Faktarad,
    Framsida,
    Fritext,
    Lista,
    Punkt,
    Rad,
    Rapport,
    Ruta,
    Status,
    Stycke,
    Tabell,
    Tal,
    Text,
    TextBlock,
)
from warehouse.released import Provenance, Ref

UTGAVA = 7


def ref(tabell: str, ordning: int) -> Ref:
    return Ref(UTGAVA, tabell, ordning)


def ruta(text: str, status: Status = "visas", ordning: int = 0, varde: float | None = None) -> Ruta:
    where = ref("insatser", ordning)
    shown = status in ("visas", "intervall")
    pieces: tuple[Del, ...] = (Tal(text, where),) if shown else (text,)
    spoken = {"▪": "skyddad uppgift", "–": "uppgift saknas", ".": "kan inte förekomma"}
    return Ruta(pieces, status, where, varde, spoken.get(text, ""))


TABELL = Tabell(
    "insatser-antal_insatser-2025",
    "insatser",
    "Beviljade insatser, Exempelköping 2025",
    "Enhet: insats. Period: beslutade under året.",
    ("Insatstyp",),
    ("Kvinna", "Man", "Totalt"),
    (
        Rad(
            ("Stödsamtal",),
            (ruta("1\u00a0234", ordning=0, varde=1234), ruta("▪", "skyddas", 1), ruta("▪", "skyddas", 2)),
        ),
        Rad(
            ("Skyddat boende",),
            (ruta("20", ordning=3, varde=20), ruta("10–19", "intervall", 4), ruta("–", "saknas", 5)),
        ),
        Rad(
            ("Totalt",),
            (ruta("1\u00a0254", ordning=6, varde=1254), ruta(".", "ej_tillampligt", 7), ruta("▪", "skyddas", 8)),
            total=True,
        ),
    ),
    nollor=("Kontaktperson",),
    noter=("PÅHITTADE UPPGIFTER: tabellen bygger på syntetiska poster.", "▪ betyder att siffran skyddas."),
)
ANDELAR = Tabell(
    "utfall-andel_forbattrade-2025",
    "utfall",
    "Blev tryggare, andel av paren, Exempelköping 2025",
    "Enhet: ärende. Period: avslutade under året.",
    ("Fråga",),
    ("Kvinna", "Man"),
    (
        Rad(
            ("Upplevd trygghet (1–5)",),
            (
                Ruta(
                    (
                        Tal("75,0 %", ref("utfall", 3)),
                        " (",
                        Tal("30", ref("utfall", 1)),
                        " av ",
                        Tal("40", ref("utfall", 0)),
                        ") [",
                        Tal("60", ref("utfall", 4)),
                        "–",
                        Tal("86", ref("utfall", 5)),
                        "]",
                    ),
                    "visas",
                    ref("utfall", 3),
                    0.75,
                ),
                ruta("▪", "skyddas", 9),
            ),
        ),
    ),
    form="andel",
)
DIAGRAM = Diagram(
    "insatser-diagram",
    "staplar",
    "Stödsamtal är den vanligaste insatsen för kvinnor",
    "Antal beviljade insatser",
    tuple(
        Punkt(rad.namn[0], kon, cell)
        for rad in TABELL.rader[:2]
        for kon, cell in zip(("Kvinnor", "Män"), rad.rutor[:2], strict=True)
    ),
    "Stapeldiagram. Stödsamtal: kvinnor 1 234, män skyddad uppgift. Skyddat boende: kvinnor 20, män 10–19.",
    TABELL.id,
    kategori="Insats",
)
INTERVALL = Diagram(
    "utfall-diagram",
    "intervall",
    "Tre av fyra kvinnor blev tryggare",
    "Andel av dem som svarat både före och efter, procent",
    (Punkt("Kvinnor", "", ANDELAR.rader[0].rutor[0], 0.60, 0.86), Punkt("Män", "", ANDELAR.rader[0].rutor[1])),
    "Kvinnor 75,0 procent, intervall 60 till 86. Män: skyddad uppgift.",
    ANDELAR.id,
    form="andel",
)


def sample(*, typ: str = "oppen", pahittad: bool = True) -> Rapport:
    """A small report. ``Exempelköping`` is no kommun; its numbers are nobody's."""
    when = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    front = Framsida(
        "Kartläggning av våld i nära relationer 2025",
        "Exempelköping",
        "Socialnämnden",
        2025,
        UTGAVA,
        typ,
        "fastställd av nämnden 2026-04-15, § 45",
        "SN 2026/17",
        date(2026, 3, 2),
        date(2026, 4, 15),
        "§ 45",
        pahittad,
        "Rättelse: insatser räknade på nytt.",
        sekretess="" if typ == "oppen" else "Inom sekretess: bara för dem som den lämnats till.",
    )
    told = Stycke(("Under 2025 beviljades ", Tal("1\u00a0254", ref("insatser", 6)), " insatser till kvinnor."))
    own = Fritext(
        "analys.md",
        (
            TextBlock("rubrik", (Text(("Vår analys",)),)),
            TextBlock(
                "stycke",
                (
                    Text(("Fler söker ",)),
                    Text(("stöd",), fet=True),
                    Text((" än förut; se ",)),
                    Text(("planen",), lank="https://example.se/plan"),
                    Text((".",)),
                ),
            ),
            TextBlock("punkt", (Text(("Se över väntetiderna & kön <till> stöd.",)),)),
        ),
    )
    return Rapport(
        front,
        (
            Avsnitt(
                "sammanfattning",
                "Sammanfattning",
                1,
                (
                    told,
                    Stycke(("Män redovisas inte: för få.",), "punkt"),
                    Stycke(("Svaren gäller bara dem som svarat.",), "viktigt"),
                ),
            ),
            Avsnitt("insatser", "Vilken hjälp fick de?", 1, (told, DIAGRAM, TABELL, own)),
            Avsnitt("utfall", "Blev det bättre?", 2, (INTERVALL, ANDELAR)),
            Avsnitt(
                "harkomst",
                "Var siffrorna kommer ifrån",
                1,
                (Faktarad("leveranser", "Leveranser", ("Fil", "SHA-256"), (("insats_2025.csv", "ab" * 32),)),),
                "bilaga",
            ),
            Avsnitt("ordlista", "Ord", 1, (Lista((("Insats", "Hjälp som nämnden beslutat om."),)),), "bilaga"),
        ),
        Provenance(
            {"utgava": UTGAVA, "skapad": when, "kodversion": "0.1.0+abc"},
            (
                {
                    "utgava": UTGAVA,
                    "version_id": 1,
                    "tabell": "insatser",
                    "ar": 2025,
                    "skapad": when,
                    "kodversion": "0.1.0",
                },
            ),
            (
                {
                    "utgava": UTGAVA,
                    "till_tabell": "insatser",
                    "till_ar": 2025,
                    "leverans_id": 3,
                    "kalla": "verksamhetssystem",
                    "tabell": "insats",
                    "form": None,
                    "avsandare": "Socialtjänsten",
                    "period": "2025",
                    "omfang": "periodutdrag",
                    "uttagsdatum": date(2026, 1, 15),
                    "filnamn": "insats_2025.csv",
                    "mottagen": when,
                    "mappning": None,
                    "mappningsversion": "standard 1",
                    "syntetisk": pahittad,
                    "dnr": None,
                    "rattslig_grund": None,
                    "sha256": "ab" * 32,
                    "storlek": None,
                    "rader_lasta": None,
                    "rader_godkanda": None,
                    "rader_karantan": None,
                },
            ),
            ({"utgava": UTGAVA, "kontroll": "insatser.regler", "ar": 2025, "utfall": "godkand", "skapad": when},),
            ({"utgava": UTGAVA, "granskning_id": 1, "metod": "certifikat", "godkand": True, "skapad": when},),
            (
                {
                    "utgava": UTGAVA,
                    "nr": 1,
                    "tid": when,
                    "steg": "expedierad",
                    "uppgiven": "Bo Delegat",
                    "styrkt": False,
                    "sha256": "cd" * 32,
                },
            ),
        ),
        {"▪": "siffran skyddas, så att ingen enskild kan kännas igen", "–": "uppgift saknas, eller för få svar"},
    )


def png(wide: int = 2, high: int = 2, density: int | None = None) -> bytes:
    """A black picture; ``density`` is told in dots a metre."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0))
    told = b"" if density is None else chunk(b"pHYs", struct.pack(">IIB", density, density, 1))
    pixels = chunk(b"IDAT", zlib.compress(bytes(min(wide, 1000) + 1) * min(high, 1000)))
    return b"\x89PNG\r\n\x1a\n" + head + told + pixels + chunk(b"IEND", b"")
