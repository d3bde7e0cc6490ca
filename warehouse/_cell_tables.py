"""Tables about the tabellplan: cells and notes, the plan as data, and what each version was made of.

Editions of them are in ``warehouse._edition_tables``.
"""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from warehouse._metadata import metadata, one_of
from warehouse.contracts.codes import CODES

tabell_cell = Table(
    # No unique rule on the coordinates and no foreign key: they would cost as much as all the rest of a cell. The
    # builder makes each coordinate once, and a rule over counted tables (quality/table_rules) finds what is not so.
    "cell",
    metadata,
    Column("tabell", Text, nullable=False),
    Column("kommun", Text, nullable=False),
    Column("ar", Integer, nullable=False),
    Column("period", Text, nullable=False, comment="Året, eller en del av det: 2019T1, 2019Q1, 201901"),
    Column("ordning", Integer, nullable=False, comment="Cellens plats i tabellen"),
    Column("dimensioner", JSONB, nullable=False),
    Column("kon", Text, nullable=False),
    Column("matt", Text, nullable=False),
    Column("varde", Double),
    Column("status", Text, nullable=False),
    PrimaryKeyConstraint("tabell", "kommun", "ar", "ordning"),
    CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name="kon"),
    # Spans are made when an edition is: what is counted is a number or none.
    CheckConstraint(one_of("status", tuple(s for s in CODES["cellstatus"] if s != "intervall")), name="status"),
    CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name="varde"),
    CheckConstraint("left(period, 4) = ar::text OR right(period, 4) = ar::text", name="period"),
    schema="tabell",
    comment="En rad för varje cell i tabellplanens tabeller",
)
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
    Column("raknad", Boolean, nullable=False, comment="Räknad ur rader; falskt för siffror som kommer som siffror"),
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
    Column("form", Text, nullable=False, comment="antal, andel (0 till 1), tal, skillnad, dagar eller kronor"),
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
