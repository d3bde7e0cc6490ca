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
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from warehouse._cell_tables import (
    harkomst,
    kod,
    leveransmangd,
    matt,
    plan,
    tabell_cell,
    tabell_not,
    tabellindata,
    tabellversion,
)
from warehouse._edition_tables import (
    extern,
    granskning,
    handelse,
    omrakning,
    omrakningssvar,
    publicering_cell,
    publicering_not,
    publicering_utgava,
    utgava,
    utgava_cell,
    utgava_harkomst,
    utgava_not,
    utgava_underlag,
)
from warehouse._metadata import SCHEMAS, metadata, one_of
from warehouse.contracts import base
from warehouse.contracts.codes import CODES
from warehouse.contracts.omvarld import CONTEXT
from warehouse.contracts.register import REGISTER

__all__ = [
    "SCHEMAS",
    "bra_brottstyp",
    "extern",
    "from_contract",
    "gallande",
    "granskning",
    "handelse",
    "harkomst",
    "karantan",
    "kod",
    "kommun",
    "kontroll",
    "lan",
    "leverans",
    "leveransmangd",
    "matt",
    "metadata",
    "nyckel",
    "omrakning",
    "omrakningssvar",
    "plan",
    "publicering_cell",
    "publicering_not",
    "publicering_utgava",
    "tabell_cell",
    "tabell_not",
    "tabellindata",
    "tabellversion",
    "utgava",
    "utgava_cell",
    "utgava_harkomst",
    "utgava_not",
    "utgava_underlag",
]

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


def _checks(column: base.Column) -> list[CheckConstraint]:
    """The contract's rules for one column, repeated as CHECK constraints."""
    rules: list[str] = []
    if column.kind == "code":
        rules.append(one_of(column.name, column.allowed))
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
    CheckConstraint(one_of("status", tuple(CODES["leveransstatus"])), name="status"),
    CheckConstraint(one_of("omfang", tuple(CODES["omfang"])), name="omfang"),
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
