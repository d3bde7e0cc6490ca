"""Tables about editions: drafts within secrecy, what is dispatched, verdicts, external releases, and the log.

What may be done to them is in ``warehouse._edition_sql`` (functions and triggers) and ``warehouse.roles``.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from warehouse._metadata import metadata, one_of
from warehouse.contracts.codes import CODES

LEVELS = ("kommun", "grupp", "lan", "riket")
TYPES = ("oppen", "sekretessbilaga", "tertial")
STEPS = ("utkast", "granskad", "godkand", "expedierad", "faststalld", "ersatt", "atertagen", "forkastad")
REASONS = ("visas", "primar", "sekundar", "rest")

_KON = "kon IN ('kvinna', 'man', 'annat_okant', 'totalt')"
_PERIOD = "period ~ '^[0-9]{4}' AND (left(period, 4) = ar::text OR right(period, 4) = ar::text)"
_NAMND = "namnd ~ '^([0-9]{4}|lan:[0-9]{2}|riket|grupp:[^[:cntrl:]]{1,80})$'"
_NAMND_TOLD = "Kommunkod, lan:01, riket eller grupp:NAMN"


def _head(*first: Column[Any]) -> list[Any]:
    return [
        *first,
        Column("namnd", Text, nullable=False, comment=_NAMND_TOLD),
        Column("ar", Integer, nullable=False),
        Column("niva", Text, nullable=False),
        Column("typ", Text, nullable=False),
        Column("variant", Text, nullable=False, comment="Hur grova tabellerna är"),
        Column("regel", Text, nullable=False, comment="Regeln som tabellerna skyddats efter"),
        CheckConstraint(_NAMND, name="namnd"),
        CheckConstraint(one_of("niva", LEVELS), name="niva"),
        CheckConstraint(one_of("typ", TYPES), name="typ"),
        CheckConstraint(
            "niva = CASE WHEN namnd = 'riket' THEN 'riket' WHEN left(namnd, 4) = 'lan:' THEN 'lan'"
            " WHEN left(namnd, 6) = 'grupp:' THEN 'grupp' ELSE 'kommun' END",
            name="niva_namnd",
        ),
    ]


def _cells(name: str, schema: str, head: str, about: str) -> Table:
    return Table(
        name,
        metadata,
        Column("utgava", Integer, ForeignKey(head), nullable=False),
        Column("tabell", Text, nullable=False),
        Column("kommun", Text, nullable=False, comment=_NAMND_TOLD),
        Column("ar", Integer, nullable=False),
        Column("period", Text, nullable=False, comment="Året, en del av det, eller flera: 2019, 2019T1, 2017_2019"),
        Column("ordning", Integer, nullable=False, comment="Cellens plats i tabellen"),
        Column("dimensioner", JSONB, nullable=False),
        Column("kon", Text, nullable=False),
        Column("matt", Text, nullable=False),
        Column("varde", Double),
        Column("fran", Integer, comment="Minst så många, där ett intervall visas"),
        Column("till", Integer, comment="Högst så många, där ett intervall visas"),
        Column("status", Text, nullable=False),
        PrimaryKeyConstraint("utgava", "tabell", "ordning"),
        CheckConstraint(_KON, name="kon"),
        CheckConstraint(one_of("status", tuple(CODES["cellstatus"])), name="status"),
        CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name="varde"),
        CheckConstraint(
            "CASE WHEN status = 'intervall' THEN fran IS NOT NULL AND till IS NOT NULL AND fran < till"
            " ELSE fran IS NULL AND till IS NULL END",
            name="intervall",
        ),
        CheckConstraint(_PERIOD, name="period"),
        schema=schema,
        comment=about,
    )


def _notes(name: str, schema: str, head: str, about: str) -> Table:
    return Table(
        name,
        metadata,
        Column("utgava", Integer, ForeignKey(head), nullable=False),
        Column("tabell", Text, nullable=False),
        Column("ordning", Integer, nullable=False),
        Column("text", Text, nullable=False),
        PrimaryKeyConstraint("utgava", "tabell", "ordning"),
        schema=schema,
        comment=about,
    )


# --- within secrecy ---------------------------------------------------------------------------------------------------

utgava = Table(
    "utgava",
    metadata,
    *_head(Column("utgava", Integer, Identity(), primary_key=True)),
    Column("system_sha256", CHAR(64), nullable=False, comment="Fingeravtryck av allt som röjandekontrollen räknade på"),
    Column("monster_sha256", CHAR(64), nullable=False, comment="Fingeravtryck av vad som skyddas"),
    Column("kodversion", Text, nullable=False),
    Column("korning_id", Text, nullable=False),
    Column("versioner", ARRAY(BigInteger), nullable=False, comment="Tabellversionerna som utkastet är gjort av"),
    Column("logg_nr", BigInteger, nullable=False, comment="Sista händelsen i loggen när underlaget lästes"),
    Column("skapad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Index("ix_utgava_namnd", "namnd", "ar", "typ"),
    schema="tabell",
    comment="Utkast till utgåvor, och vad expedierade utgåvor var utkast till",
)
utgava_cell = _cells("utgava_cell", "tabell", "tabell.utgava.utgava", "Utkastens celler, så som de ska lämnas ut")
utgava_not = _notes("utgava_not", "tabell", "tabell.utgava.utgava", "Utkastens anmärkningar")
utgava_underlag = Table(
    "utgava_underlag",
    metadata,
    Column("utgava", Integer, ForeignKey("tabell.utgava.utgava"), nullable=False),
    Column("cell", Text, nullable=False, comment="Talets id i röjandekontrollen"),
    Column("tabell", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("dimensioner", JSONB, nullable=False),
    Column("kon", Text, nullable=False),
    Column("matt", Text, nullable=False),
    Column("varde", Double, comment="Det sanna värdet: inom sekretess"),
    Column("personer", Integer),
    Column("skal", Text, nullable=False, comment="visas, primar (för egen skull), sekundar (för andras) eller rest"),
    PrimaryKeyConstraint("utgava", "cell"),
    CheckConstraint(_KON, name="kon"),
    CheckConstraint(one_of("skal", REASONS), name="skal"),
    schema="tabell",
    comment="Vad varje utgåva är gjord av, och varför en cell skyddas",
)
utgava_harkomst = Table(
    "utgava_harkomst",
    metadata,
    Column("utgava", Integer, ForeignKey("tabell.utgava.utgava"), nullable=False),
    Column("tabell", Text, nullable=False),
    Column("ordning", Integer, nullable=False, comment="Den tryckta cellens plats i utgåvans tabell"),
    Column("leverans_id", BigInteger, nullable=False, comment="Leveransen som raderna kom i"),
    Column("rader", Integer, nullable=False, comment="Rader ur leveransen som står bakom cellen: inom sekretess"),
    # No foreign key to the delivery: it would cost as much as all the rest of a row. An audit compares instead.
    PrimaryKeyConstraint("utgava", "tabell", "ordning", "leverans_id"),
    CheckConstraint("rader > 0", name="rader"),
    schema="revision",
    comment="Vilka leveranser och hur många rader som står bakom varje tryckt cell; fryst med utgåvan",
)
omrakning = Table(
    "omrakning",
    metadata,
    Column("omrakning_id", BigInteger, Identity(), primary_key=True),
    Column("utgava", Integer, ForeignKey("publicering.utgava.utgava"), nullable=False),
    Column("tabell", Text, nullable=False),
    Column("ordning", Integer, nullable=False, comment="Cellens plats i utgåvans tabell"),
    Column("bestalld", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("av_login", Text, nullable=False, comment="Inloggningen i databasen"),
    Column("uppgiven", Text, nullable=False, comment="Den som uppges ha beställt"),
    Column("styrkt", Boolean, nullable=False, comment="Personens egen inloggning; annars ej styrkt"),
    schema="revision",
    comment="Beställda omräkningar av ett publicerat tal; läggs till, ändras aldrig",
)
omrakningssvar = Table(
    "omrakningssvar",
    metadata,
    Column("omrakning_id", BigInteger, ForeignKey("revision.omrakning.omrakning_id"), primary_key=True),
    Column("besvarad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("utfall", Text, nullable=False, comment="lika, olika eller gar_inte; aldrig ett tal"),
    Column("orsak", Text, nullable=False, comment="Varför det inte gick att räkna om; annars tomt"),
    Column("kodversion", Text, nullable=False),
    CheckConstraint(one_of("utfall", ("lika", "olika", "gar_inte")), name="utfall"),
    CheckConstraint("(utfall = 'gar_inte') = (orsak <> '')", name="orsak"),
    schema="revision",
    comment="Svaren på beställda omräkningar; läggs till, ändras aldrig",
)
extern = Table(
    "extern",
    metadata,
    Column("extern_id", BigInteger, Identity(), primary_key=True),
    Column("namnd", Text, nullable=False, comment=_NAMND_TOLD),
    Column("ar", Integer, nullable=False),
    Column("mottagare", Text, nullable=False, comment="Kolada, Länsstyrelsen, en journalist"),
    Column("datum", Date, nullable=False),
    Column("vad", Text, nullable=False, comment="Vad som lämnades ut, i klartext"),
    Column("dnr", Text),
    Column("tabell", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("dimensioner", JSONB, nullable=False),
    Column("kon", Text, nullable=False),
    Column("matt", Text, nullable=False),
    Column("lag", Double, comment="Minst, enligt det som lämnats ut; samma som hog när det är ett tal"),
    Column("hog", Double, comment="Högst, enligt det som lämnats ut"),
    Column("registrerad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("av_login", Text, nullable=False, server_default=text("SESSION_USER")),
    Column("uppgiven", Text, nullable=False, comment="Den som uppges ha registrerat"),
    Column("styrkt", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint(_NAMND, name="namnd"),
    CheckConstraint(_KON, name="kon"),
    CheckConstraint(_PERIOD, name="period"),
    CheckConstraint("lag IS NOT NULL OR hog IS NOT NULL", name="nagot"),
    CheckConstraint("lag <= hog", name="ordning"),
    Index("ix_extern_namnd", "namnd", "ar"),
    schema="tabell",
    comment="Vad som lämnats ut en annan väg; tas aldrig bort",
)

# --- dispatched -------------------------------------------------------------------------------------------------------

_DISPATCHED = "publicering.utgava.utgava"
publicering_utgava = Table(
    "utgava",
    metadata,
    *_head(Column("utgava", Integer, ForeignKey("tabell.utgava.utgava"), primary_key=True, autoincrement=False)),
    Column("dnr", Text, nullable=False),
    Column("expedierad", DateTime(timezone=True), nullable=False),
    Column("innehall_sha256", CHAR(64), nullable=False),
    Column("ersatter", Integer, ForeignKey(_DISPATCHED), comment="Utgåvan som den här ersatte"),
    Column("text", Text, nullable=False, comment="Till läsaren, till exempel vad en rättelse gäller"),
    Index("ix_publicering_utgava_namnd", "namnd", "ar", "typ"),
    schema="publicering",
    comment="Expedierade utgåvor; läs vyn utgavor, som säger vilka som gäller",
)
publicering_cell = _cells("cell", "publicering", _DISPATCHED, "En rad för varje cell i expedierade utgåvor")
publicering_not = _notes("anmarkning", "publicering", _DISPATCHED, "Anmärkningar i expedierade utgåvor")

# --- verdicts and the log ---------------------------------------------------------------------------------------------

granskning = Table(
    "granskning",
    metadata,
    Column("granskning_id", BigInteger, Identity(), primary_key=True),
    Column("utgava", Integer, ForeignKey("tabell.utgava.utgava"), nullable=False, index=True),
    Column("metod", Text, nullable=False),
    Column("godkand", Boolean, nullable=False),
    Column("osakra", Integer, nullable=False, comment="Antal osäkra celler"),
    Column("provade", Integer, nullable=False, comment="Antal prövade krav"),
    Column("orsak", Text, nullable=False),
    Column("system_sha256", CHAR(64), nullable=False),
    Column("monster_sha256", CHAR(64), nullable=False),
    Column("innehall_sha256", CHAR(64), nullable=False, comment="Fingeravtryck av utkastet som granskades"),
    Column("skapad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    schema="revision",
    comment="Vad röjandekontrollens granskningar sade; bara antal",
)
handelse = Table(
    "handelse",
    metadata,
    Column("nr", BigInteger, primary_key=True, autoincrement=False),
    Column("tid", DateTime(timezone=True), nullable=False),
    Column("utgava", Integer, ForeignKey("tabell.utgava.utgava")),
    Column("steg", Text, nullable=False),
    Column("av_login", Text, nullable=False, comment="Inloggningen i databasen"),
    Column("uppgiven", Text, nullable=False, comment="Den som uppges ha gjort det"),
    Column(
        "styrkt",
        Boolean,
        nullable=False,
        comment="Personens egen inloggning (godkand: tvås); annars ej styrkt",
    ),
    Column("uppgifter", JSONB, nullable=False),
    Column("forra_sha256", CHAR(64), nullable=False),
    Column("sha256", CHAR(64), nullable=False, comment="Av föregående händelses sha256 och allt i den här"),
    CheckConstraint(one_of("steg", (*STEPS, "extern")), name="steg"),
    CheckConstraint("(steg = 'extern') = (utgava IS NULL)", name="utgava"),
    Index("ix_handelse_utgava", "utgava", "nr"),
    schema="revision",
    comment="Vem som gjorde vad med utgåvorna: läggs till, ändras aldrig, varje händelse låst vid den förra",
)
