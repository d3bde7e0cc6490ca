"""The warehouse's tables as SQLAlchemy sees them. Nothing is read or written here.

Record and context tables are derived from the contracts; the bookkeeping (receipts, slots, quarantine, table
versions) is declared here. Views live in ``warehouse.views``, rights in ``warehouse.roles``.
"""

from typing import Any

from sqlalchemy import (
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
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from warehouse.contracts import base
from warehouse.contracts.codes import CODES
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER

SCHEMAS = ("mottagning", "register", "omvarld", "verksamhet", "tabell", "publicering", "revision")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

_TYPES: dict[str, type[TypeEngine[Any]]] = {
    "text": Text,
    "code": Text,
    "codes": Text,
    "pseudonym": Text,
    "date": Date,
    "timestamp": DateTime,
    "integer": BigInteger,
    "number": Double,
}

_FOREIGN = {
    "leverans_id": "mottagning.leverans.leverans_id",
    "kommunkod": "omvarld.kommun.kommunkod",
    "namnd": "omvarld.kommun.kommunkod",
    "brott_id": "omvarld.bra_brottstyp.brott_id",
}


def _in(column: str, codes: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


def _checks(column: base.Column) -> list[CheckConstraint]:
    """The contract's rules for one column, repeated as CHECK constraints."""
    rules: list[str] = []
    if column.kind == "code":
        rules.append(_in(column.name, column.allowed))
    elif column.pattern:
        rules.append(f"{column.name} ~ '{column.pattern.replace(chr(92) + 'd', '[0-9]')}'")
    elif column.kind == "pseudonym":
        rules.append(f"{column.name} ~ '^[0-9a-f]{{32}}$'")
    if column.longest is not None:
        rules.append(f"char_length({column.name}) <= {column.longest}")
    if column.minimum is not None:
        rules.append(f"{column.name} >= {column.minimum:.0f}")
    if column.maximum is not None:
        rules.append(f"{column.name} <= {column.maximum:.0f}")
    return [CheckConstraint(text(" AND ".join(rules).replace(":", r"\:")), name=column.name)] if rules else []


def from_contract(contract: type[base.Contract]) -> Table:
    """The table of a contract: types, NOT NULL, CHECK, foreign keys, and its key within a delivery.

    A row of a form may give several records, so the delivery's row is no key. Keys with columns that may be empty
    are unique constraints, since a primary key cannot hold them.
    """
    columns = list(contract.columns())
    nullable = {c.name for c in columns if c.nullable}
    parts: list[SchemaItem] = [
        Column(
            c.name,
            _TYPES[c.kind](),
            *([ForeignKey(_FOREIGN[c.name])] if c.name in _FOREIGN else []),
            nullable=c.nullable,
            comment=f"{c.title}. {c.description} [{c.sensitivity}]",
        )
        for c in columns
    ]
    for c in columns:
        parts.extend(_checks(c))
    key = ("leverans_id", *contract.key())
    if nullable & set(key):
        unique = UniqueConstraint(*key, name=f"uq_{contract.table()}_nyckel", postgresql_nulls_not_distinct=True)
        parts.append(unique)
    else:
        parts.append(PrimaryKeyConstraint(*key))
    return Table(contract.table(), metadata, *parts, schema=contract.schema_name(), comment=contract.title())


kommun = Table(
    "kommun",
    metadata,
    Column("kommunkod", Text, primary_key=True),
    Column("namn", Text, nullable=False),
    Column("lanskod", Text, ForeignKey("omvarld.lan.lanskod"), nullable=False),
    schema="omvarld",
    comment="Kommuner; 0000 står för offentliga uppgifter som inte är någon kommuns",
)
lan = Table(
    "lan",
    metadata,
    Column("lanskod", Text, primary_key=True),
    Column("namn", Text, nullable=False),
    schema="omvarld",
    comment="Län",
)
bra_brottstyp = Table(
    "bra_brottstyp",
    metadata,
    Column("brott_id", BigInteger, primary_key=True, autoincrement=False),
    Column("periodtyp", Text, nullable=False),
    Column("grupp", Text, nullable=False),
    Column("kon", Text, nullable=False),
    Column("alder", Text),
    Column("plats", Text),
    Column("relation", Text),
    Column("gren", Text, nullable=False, comment="Grenarna kön och ålder beskriver samma brott och läggs aldrig ihop"),
    Column("foralder_id", BigInteger),
    Column("etikett", Text, nullable=False),
    CheckConstraint("kon IN ('kvinna', 'man', 'totalt')", name="kon"),
    schema="omvarld",
    comment="BRÅ:s id för brott och vad de står för",
)

leverans = Table(
    "leverans",
    metadata,
    Column("leverans_id", BigInteger, Identity(), primary_key=True),
    Column("kalla", Text),
    Column("form", Text, comment="Tabellen, eller formen för en fil som fyller flera tabeller"),
    Column("tabell", Text),
    Column("namnd", Text, ForeignKey("omvarld.kommun.kommunkod")),
    Column("avsandare", Text),
    Column("urval", Text, comment="Vilken del av källan leveransen talar för"),
    Column("period", Text),
    Column("omfang", Text),
    Column("uttagsdatum", Date),
    Column("filnamn", Text, nullable=False, comment="Utan sådant som kan peka ut en person"),
    Column("storlek", BigInteger, nullable=False),
    Column("sha256", CHAR(64), nullable=False),
    Column("mottagen", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Column("dnr", Text),
    Column("rattslig_grund", Text),
    Column("mappning", Text),
    Column("mappningsversion", Text),
    Column("syntetisk", Boolean, nullable=False, server_default=text("false")),
    Column("rader_lasta", Integer, nullable=False, server_default=text("0")),
    Column("rader_godkanda", Integer, nullable=False, server_default=text("0")),
    Column("rader_karantan", Integer, nullable=False, server_default=text("0")),
    Column("rader_overlapp", Integer, nullable=False, server_default=text("0")),
    Column("status", Text, nullable=False),
    Column("nyckelversion", Integer),
    Column("forsta_ar", Integer, comment="Första år som raderna berör"),
    Column("sista_ar", Integer, comment="Sista år som raderna berör"),
    Column("original_tas_bort", Date, comment="Dag då det krypterade originalet tas bort"),
    Column("poster_nya", Integer, comment="Poster som inte fanns i det som leveransen ersatte"),
    Column("poster_andrade", Integer, comment="Poster med annat innehåll än i det som leveransen ersatte"),
    Column("poster_borttagna", Integer, comment="Poster som fanns i det som leveransen ersatte men inte i den"),
    Column(
        "rattad_av",
        BigInteger,
        ForeignKey("mottagning.leverans.leverans_id"),
        comment="Leveransen som rättade den här",
    ),
    CheckConstraint(_in("status", tuple(CODES["leveransstatus"])), name="status"),
    CheckConstraint(_in("omfang", tuple(CODES["omfang"])), name="omfang"),
    CheckConstraint("(omfang = 'helbild') = (period IS NULL)", name="period"),
    CheckConstraint(
        "status = 'avvisad' OR (kalla IS NOT NULL AND tabell IS NOT NULL AND namnd IS NOT NULL"
        " AND avsandare IS NOT NULL AND omfang IS NOT NULL AND uttagsdatum IS NOT NULL)",
        name="uppgifter",
    ),
    CheckConstraint("rader_lasta = rader_godkanda + rader_karantan", name="rader"),
    CheckConstraint("rattad_av <> leverans_id", name="rattad_av"),
    Index(
        "uq_leverans_sha256",
        "sha256",
        "tabell",
        "mappningsversion",
        unique=True,
        postgresql_where=text("status <> 'avvisad'"),
        postgresql_nulls_not_distinct=True,
    ),
    schema="mottagning",
    comment="Kvitto för varje leverans",
)
gallande = Table(
    "gallande",
    metadata,
    Column("gallande_id", BigInteger, Identity(), primary_key=True),
    Column("leverans_id", BigInteger, ForeignKey("mottagning.leverans.leverans_id"), nullable=False),
    Column("kalla", Text, nullable=False),
    Column("tabell", Text, nullable=False),
    Column("namnd", Text, nullable=False),
    Column("period", Text),
    Column("avsandare", Text, nullable=False),
    Column("urval", Text),
    Column("uttagsdatum", Date, nullable=False),
    Column("fran", DateTime(timezone=True), nullable=False),
    Column("till", DateTime(timezone=True)),
    CheckConstraint("till >= fran", name="ordning"),
    Index(
        "uq_gallande_plats",
        "kalla",
        "tabell",
        "namnd",
        "period",
        "avsandare",
        "urval",
        unique=True,
        postgresql_where=text("till IS NULL"),
        postgresql_nulls_not_distinct=True,
    ),
    Index("ix_gallande_namnd", "namnd", "tabell", postgresql_where=text("till IS NULL")),
    schema="mottagning",
    comment="Vilken leverans som gäller för varje plats, från och till",
)
karantan = Table(
    "karantan",
    metadata,
    Column("karantan_id", BigInteger, Identity(), primary_key=True),
    Column("leverans_id", BigInteger, ForeignKey("mottagning.leverans.leverans_id"), nullable=False, index=True),
    Column("tabell", Text, comment="Tabellen, där en fil fyller flera"),
    Column("blad", Text),
    Column("rad", BigInteger),
    Column("kolumn", Text),
    Column("bokstav", Text, comment="Kolumnen som ett kalkylblad kallar den"),
    Column("regel", Text, nullable=False),
    Column("kostar_rad", Boolean, nullable=False, comment="Falskt för sådant som bara är bra att veta"),
    schema="mottagning",
    comment="Vad som var fel och var, aldrig vad som stod där",
)
nyckel = Table(
    "nyckel",
    metadata,
    Column("namnd", Text, ForeignKey("omvarld.kommun.kommunkod"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kontrollvarde", Text, nullable=False),
    Column("skapad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    schema="mottagning",
    comment="Kontrollvärde för nämndens nyckel, så att en förlorad eller fel nyckel märks",
)

for _contract in (*REGISTER, *CONTEXT):
    from_contract(_contract)


def _cells(schema: str, *extra: Column[Any]) -> Table:
    first = [c.name for c in extra]
    return Table(
        "cell",
        metadata,
        *extra,
        Column("tabell", Text, nullable=False),
        Column("kommun", Text, ForeignKey("omvarld.kommun.kommunkod"), nullable=False),
        Column("ar", Integer, nullable=False),
        Column("period", Text, nullable=False, comment="Året, eller en del av det: 2019T1, 2019Q1, 201901"),
        Column("ordning", Integer, nullable=False, comment="Cellens plats i tabellen"),
        Column("dimensioner", JSONB, nullable=False),
        Column("kon", Text, nullable=False),
        Column("matt", Text, nullable=False),
        Column("varde", Double),
        Column("status", Text, nullable=False),
        PrimaryKeyConstraint(*first, "tabell", "kommun", "ar", "ordning"),
        UniqueConstraint(
            *first, "tabell", "kommun", "ar", "period", "kon", "matt", "dimensioner", name="uq_cell_koordinater"
        ),
        CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name="kon"),
        CheckConstraint(_in("status", tuple(CODES["cellstatus"])), name="status"),
        CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name="varde"),
        CheckConstraint("left(period, 4) = ar::text OR right(period, 4) = ar::text", name="period"),
        schema=schema,
        comment="En rad för varje cell i tabellplanens tabeller",
    )


tabell_cell = _cells("tabell")
tabell_not = Table(
    "anmarkning",
    metadata,
    Column("tabell", Text, nullable=False),
    Column("kommun", Text, ForeignKey("omvarld.kommun.kommunkod"), nullable=False),
    Column("ar", Integer, nullable=False),
    Column("ordning", Integer, nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("tabell", "kommun", "ar", "ordning"),
    schema="tabell",
    comment="Anmärkningar som hör till en tabell och ett år",
)
plan = Table(
    "plan",
    metadata,
    Column("tabell", Text, primary_key=True),
    Column("ordning", Integer, nullable=False),
    Column("titel", Text, nullable=False),
    Column("population", Text, nullable=False),
    Column("malgrupp", Text, nullable=False),
    Column("period_regel", Text, nullable=False),
    Column("enhet", Text, nullable=False),
    Column("dimensioner", ARRAY(Text), nullable=False, comment="Kolumnerna vid sidan av kön"),
    Column("offentlig", Boolean, nullable=False, comment="Byggd på offentliga uppgifter"),
    schema="tabell",
    comment="Tabellplanen som den är deklarerad",
)
matt = Table(
    "matt",
    metadata,
    Column("tabell", Text, ForeignKey("tabell.plan.tabell"), primary_key=True),
    Column("matt", Text, primary_key=True),
    Column("ordning", Integer, nullable=False),
    Column("titel", Text, nullable=False),
    Column("enhet", Text, nullable=False),
    Column("period_regel", Text, nullable=False),
    Column("slag", Text, nullable=False, comment="antal, summa, medel, median eller harledd"),
    Column("form", Text, nullable=False, comment="antal, andel (0 till 1), tal, dagar eller kronor"),
    Column("delar", ARRAY(Text), nullable=False, comment="Måtten som ett härlett mått är räknat av"),
    Column("unik", Text, comment="Vad som räknas en gång i varje cell; då är totalen inte summan av delarna"),
    Column("summerar", ARRAY(Text), comment="Dimensioner vars delar ger totalen; tomt: alla"),
    Column("bas", Text, comment="Måttet som måste nå minsta bas för att värdet ska visas"),
    Column("intern", Boolean, nullable=False, comment="Lämnas aldrig ut"),
    schema="tabell",
    comment="Måtten i tabellplanens tabeller",
)
kod = Table(
    "kod",
    metadata,
    Column("tabell", Text, ForeignKey("tabell.plan.tabell"), primary_key=True),
    Column("dimension", Text, primary_key=True),
    Column("kod", Text, primary_key=True),
    Column("ordning", Integer, nullable=False),
    Column("etikett", Text, nullable=False),
    Column("delar", ARRAY(Text), comment="Koderna som en grupp eller total står för"),
    schema="tabell",
    comment="Vad koderna i tabellplanens dimensioner heter",
)
utgava = Table(
    "utgava",
    metadata,
    Column("utgava", Integer, primary_key=True, autoincrement=False),
    Column("namnd", Text, ForeignKey("omvarld.kommun.kommunkod"), nullable=False),
    Column("ar", Integer, nullable=False),
    schema="publicering",
    comment="Utgåvor; inga kan finnas förrän röjandekontrollen finns",
)
publicering_cell = _cells("publicering", Column("utgava", Integer, ForeignKey("publicering.utgava.utgava")))

tabellversion = Table(
    "tabellversion",
    metadata,
    Column("version_id", BigInteger, Identity(), primary_key=True),
    Column("tabell", Text, nullable=False),
    Column("kommun", Text, nullable=False),
    Column("ar", Integer, nullable=False),
    Column("indata_sha256", CHAR(64), nullable=False, comment="Fingeravtryck av leveranserna och koden bakom"),
    Column("innehall_sha256", CHAR(64), nullable=False),
    Column("celler", Integer, nullable=False),
    Column("korning_id", Text, nullable=False),
    Column("kodversion", Text, nullable=False),
    Column("skapad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    Index("ix_tabellversion_tabell", "tabell", "kommun", "ar", "version_id"),
    schema="revision",
    comment="Varje gång en tabell räknats",
)
tabellindata = Table(
    "tabellindata",
    metadata,
    Column("version_id", BigInteger, ForeignKey("revision.tabellversion.version_id"), primary_key=True),
    Column("leverans_id", BigInteger, ForeignKey("mottagning.leverans.leverans_id"), primary_key=True),
    schema="revision",
    comment="Leveranserna bakom varje tabellversion",
)
leveransmangd = Table(
    "leveransmangd",
    metadata,
    Column("mangd_id", BigInteger, Identity(), primary_key=True),
    Column("leveranser", ARRAY(BigInteger), nullable=False, unique=True),
    schema="revision",
    comment="Leveranser som tillsammans står bakom celler, varje uppsättning en gång",
)
harkomst = Table(
    "harkomst",
    metadata,
    Column("version_id", BigInteger, ForeignKey("revision.tabellversion.version_id"), primary_key=True),
    Column("mangd_id", BigInteger, ForeignKey("revision.leveransmangd.mangd_id"), primary_key=True),
    Column("celler", ARRAY(Integer), nullable=False, comment="Cellernas platser i tabellen (ordning)"),
    Column(
        "rader",
        ARRAY(Integer),
        nullable=False,
        comment="Rader ur varje leverans bakom varje cell: cell för cell, i leveransmängdens ordning",
    ),
    schema="revision",
    comment="Vilka leveranser och hur många rader som står bakom varje cell; läs vyn harkomst_cell",
)
kontroll = Table(
    "kontroll",
    metadata,
    Column("kontroll_id", BigInteger, Identity(), primary_key=True),
    Column("korning_id", Text, nullable=False),
    Column("kontroll", Text, nullable=False),
    Column("kommun", Text),
    Column("ar", Integer),
    Column("utfall", Text, nullable=False),
    Column("antal", BigInteger, nullable=False, comment="Antal poster som inte stämmer"),
    Column("skapad", DateTime(timezone=True), nullable=False, server_default=text("now()")),
    CheckConstraint("utfall IN ('godkand', 'varning', 'underkand')", name="utfall"),
    schema="revision",
    comment="Kontrollernas utfall, bara antal",
)
