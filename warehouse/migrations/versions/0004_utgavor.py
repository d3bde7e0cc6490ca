"""Editions: drafts, what is dispatched, verdicts, external releases, and the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace the two tables of editions, which nothing could be put into yet, and add what belongs to them."""
    for table in ("cell", "utgava"):
        op.drop_table(table, schema="publicering")
    op.create_table(
        "extern",
        sa.Column("extern_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("namnd", sa.Text(), nullable=False, comment="Kommunkod, lan:01, riket eller grupp:NAMN"),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("mottagare", sa.Text(), nullable=False, comment="Kolada, Länsstyrelsen, en journalist"),
        sa.Column("datum", sa.Date(), nullable=False),
        sa.Column("vad", sa.Text(), nullable=False, comment="Vad som lämnades ut, i klartext"),
        sa.Column("dnr", sa.Text(), nullable=True),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("dimensioner", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column(
            "lag",
            sa.Double(),
            nullable=True,
            comment="Minst, enligt det som lämnats ut; samma som hog när det är ett tal",
        ),
        sa.Column("hog", sa.Double(), nullable=True, comment="Högst, enligt det som lämnats ut"),
        sa.Column("registrerad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("av_login", sa.Text(), server_default=sa.text("SESSION_USER"), nullable=False),
        sa.Column("uppgiven", sa.Text(), nullable=False, comment="Den som uppges ha registrerat"),
        sa.Column("styrkt", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name=op.f("ck_extern_kon")),
        sa.CheckConstraint(
            "namnd ~ '^([0-9]{4}|lan:[0-9]{2}|riket|grupp:[^[:cntrl:]]{1,80})$'", name=op.f("ck_extern_namnd")
        ),
        sa.CheckConstraint(
            "period ~ '^[0-9]{4}' AND (left(period, 4) = ar::text OR right(period, 4) = ar::text)",
            name=op.f("ck_extern_period"),
        ),
        sa.CheckConstraint("lag <= hog", name=op.f("ck_extern_ordning")),
        sa.CheckConstraint("lag IS NOT NULL OR hog IS NOT NULL", name=op.f("ck_extern_nagot")),
        sa.PrimaryKeyConstraint("extern_id", name=op.f("pk_extern")),
        schema="tabell",
        comment="Vad som lämnats ut en annan väg; tas aldrig bort",
    )
    op.create_index("ix_extern_namnd", "extern", ["namnd", "ar"], unique=False, schema="tabell")
    op.create_table(
        "utgava",
        sa.Column("utgava", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("namnd", sa.Text(), nullable=False, comment="Kommunkod, lan:01, riket eller grupp:NAMN"),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("niva", sa.Text(), nullable=False),
        sa.Column("typ", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False, comment="Hur grova tabellerna är"),
        sa.Column("regel", sa.Text(), nullable=False, comment="Regeln som tabellerna skyddats efter"),
        sa.Column(
            "system_sha256",
            sa.CHAR(length=64),
            nullable=False,
            comment="Fingeravtryck av allt som röjandekontrollen räknade på",
        ),
        sa.Column("monster_sha256", sa.CHAR(length=64), nullable=False, comment="Fingeravtryck av vad som skyddas"),
        sa.Column("kodversion", sa.Text(), nullable=False),
        sa.Column("korning_id", sa.Text(), nullable=False),
        sa.Column(
            "versioner", sa.ARRAY(sa.BigInteger()), nullable=False, comment="Tabellversionerna som utkastet är gjort av"
        ),
        sa.Column("logg_nr", sa.BigInteger(), nullable=False, comment="Sista händelsen i loggen när underlaget lästes"),
        sa.Column("skapad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "namnd ~ '^([0-9]{4}|lan:[0-9]{2}|riket|grupp:[^[:cntrl:]]{1,80})$'", name=op.f("ck_utgava_namnd")
        ),
        sa.CheckConstraint(
            "niva = CASE WHEN namnd = 'riket' THEN 'riket' WHEN left(namnd, 4) = 'lan:' THEN 'lan' WHEN left(namnd, 6) = 'grupp:' THEN 'grupp' ELSE 'kommun' END",
            name=op.f("ck_utgava_niva_namnd"),
        ),
        sa.CheckConstraint("niva IN ('kommun', 'grupp', 'lan', 'riket')", name=op.f("ck_utgava_niva")),
        sa.CheckConstraint("typ IN ('oppen', 'sekretessbilaga', 'tertial')", name=op.f("ck_utgava_typ")),
        sa.PrimaryKeyConstraint("utgava", name=op.f("pk_utgava")),
        schema="tabell",
        comment="Utkast till utgåvor, och vad expedierade utgåvor var utkast till",
    )
    op.create_index("ix_utgava_namnd", "utgava", ["namnd", "ar", "typ"], unique=False, schema="tabell")
    op.create_table(
        "utgava",
        sa.Column("utgava", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("namnd", sa.Text(), nullable=False, comment="Kommunkod, lan:01, riket eller grupp:NAMN"),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column("niva", sa.Text(), nullable=False),
        sa.Column("typ", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False, comment="Hur grova tabellerna är"),
        sa.Column("regel", sa.Text(), nullable=False, comment="Regeln som tabellerna skyddats efter"),
        sa.Column("dnr", sa.Text(), nullable=False),
        sa.Column("expedierad", sa.DateTime(timezone=True), nullable=False),
        sa.Column("innehall_sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("ersatter", sa.Integer(), nullable=True, comment="Utgåvan som den här ersatte"),
        sa.Column("text", sa.Text(), nullable=False, comment="Till läsaren, till exempel vad en rättelse gäller"),
        sa.CheckConstraint(
            "namnd ~ '^([0-9]{4}|lan:[0-9]{2}|riket|grupp:[^[:cntrl:]]{1,80})$'", name=op.f("ck_utgava_namnd")
        ),
        sa.CheckConstraint(
            "niva = CASE WHEN namnd = 'riket' THEN 'riket' WHEN left(namnd, 4) = 'lan:' THEN 'lan' WHEN left(namnd, 6) = 'grupp:' THEN 'grupp' ELSE 'kommun' END",
            name=op.f("ck_utgava_niva_namnd"),
        ),
        sa.CheckConstraint("niva IN ('kommun', 'grupp', 'lan', 'riket')", name=op.f("ck_utgava_niva")),
        sa.CheckConstraint("typ IN ('oppen', 'sekretessbilaga', 'tertial')", name=op.f("ck_utgava_typ")),
        sa.ForeignKeyConstraint(["ersatter"], ["publicering.utgava.utgava"], name=op.f("fk_utgava_ersatter")),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_utgava_utgava")),
        sa.PrimaryKeyConstraint("utgava", name=op.f("pk_utgava")),
        schema="publicering",
        comment="Expedierade utgåvor; läs vyn utgavor, som säger vilka som gäller",
    )
    op.create_index("ix_publicering_utgava_namnd", "utgava", ["namnd", "ar", "typ"], unique=False, schema="publicering")
    op.create_table(
        "granskning",
        sa.Column("granskning_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("metod", sa.Text(), nullable=False),
        sa.Column("godkand", sa.Boolean(), nullable=False),
        sa.Column("osakra", sa.Integer(), nullable=False, comment="Antal osäkra celler"),
        sa.Column("provade", sa.Integer(), nullable=False, comment="Antal prövade krav"),
        sa.Column("orsak", sa.Text(), nullable=False),
        sa.Column("system_sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("monster_sha256", sa.CHAR(length=64), nullable=False),
        sa.Column(
            "innehall_sha256", sa.CHAR(length=64), nullable=False, comment="Fingeravtryck av utkastet som granskades"
        ),
        sa.Column("skapad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_granskning_utgava")),
        sa.PrimaryKeyConstraint("granskning_id", name=op.f("pk_granskning")),
        schema="revision",
        comment="Vad röjandekontrollens granskningar sade; bara antal",
    )
    op.create_index(op.f("ix_granskning_utgava"), "granskning", ["utgava"], unique=False, schema="revision")
    op.create_table(
        "handelse",
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tid", sa.DateTime(timezone=True), nullable=False),
        sa.Column("utgava", sa.Integer(), nullable=True),
        sa.Column("steg", sa.Text(), nullable=False),
        sa.Column("av_login", sa.Text(), nullable=False, comment="Inloggningen i databasen"),
        sa.Column("uppgiven", sa.Text(), nullable=False, comment="Den som uppges ha gjort det"),
        sa.Column(
            "styrkt",
            sa.Boolean(),
            nullable=False,
            comment="Personens egen inloggning (godkand: tvås); annars ej styrkt",
        ),
        sa.Column("uppgifter", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("forra_sha256", sa.CHAR(length=64), nullable=False),
        sa.Column(
            "sha256", sa.CHAR(length=64), nullable=False, comment="Av föregående händelses sha256 och allt i den här"
        ),
        sa.CheckConstraint("(steg = 'extern') = (utgava IS NULL)", name=op.f("ck_handelse_utgava")),
        sa.CheckConstraint(
            "steg IN ('utkast', 'granskad', 'godkand', 'expedierad', 'faststalld', 'ersatt', 'atertagen', 'forkastad', 'extern')",
            name=op.f("ck_handelse_steg"),
        ),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_handelse_utgava")),
        sa.PrimaryKeyConstraint("nr", name=op.f("pk_handelse")),
        schema="revision",
        comment="Vem som gjorde vad med utgåvorna: läggs till, ändras aldrig, varje händelse låst vid den förra",
    )
    op.create_index("ix_handelse_utgava", "handelse", ["utgava", "nr"], unique=False, schema="revision")
    op.create_table(
        "utgava_cell",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=False, comment="Kommunkod, lan:01, riket eller grupp:NAMN"),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column(
            "period", sa.Text(), nullable=False, comment="Året, en del av det, eller flera: 2019, 2019T1, 2017_2019"
        ),
        sa.Column("ordning", sa.Integer(), nullable=False, comment="Cellens plats i tabellen"),
        sa.Column("dimensioner", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column("varde", sa.Double(), nullable=True),
        sa.Column("fran", sa.Integer(), nullable=True, comment="Minst så många, där ett intervall visas"),
        sa.Column("till", sa.Integer(), nullable=True, comment="Högst så många, där ett intervall visas"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name=op.f("ck_utgava_cell_varde")),
        sa.CheckConstraint(
            "CASE WHEN status = 'intervall' THEN fran IS NOT NULL AND till IS NOT NULL AND fran < till ELSE fran IS NULL AND till IS NULL END",
            name=op.f("ck_utgava_cell_intervall"),
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name=op.f("ck_utgava_cell_kon")),
        sa.CheckConstraint(
            "period ~ '^[0-9]{4}' AND (left(period, 4) = ar::text OR right(period, 4) = ar::text)",
            name=op.f("ck_utgava_cell_period"),
        ),
        sa.CheckConstraint(
            "status IN ('visas', 'skyddas', 'intervall', 'saknas', 'ej_tillampligt')",
            name=op.f("ck_utgava_cell_status"),
        ),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_utgava_cell_utgava")),
        sa.PrimaryKeyConstraint("utgava", "tabell", "ordning", name=op.f("pk_utgava_cell")),
        schema="tabell",
        comment="Utkastens celler, så som de ska lämnas ut",
    )
    op.create_table(
        "utgava_not",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_utgava_not_utgava")),
        sa.PrimaryKeyConstraint("utgava", "tabell", "ordning", name=op.f("pk_utgava_not")),
        schema="tabell",
        comment="Utkastens anmärkningar",
    )
    op.create_table(
        "utgava_underlag",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False, comment="Talets id i röjandekontrollen"),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("dimensioner", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column("varde", sa.Double(), nullable=True, comment="Det sanna värdet: inom sekretess"),
        sa.Column("personer", sa.Integer(), nullable=True),
        sa.Column(
            "skal",
            sa.Text(),
            nullable=False,
            comment="visas, primar (för egen skull), sekundar (för andras) eller rest",
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name=op.f("ck_utgava_underlag_kon")),
        sa.CheckConstraint("skal IN ('visas', 'primar', 'sekundar', 'rest')", name=op.f("ck_utgava_underlag_skal")),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_utgava_underlag_utgava")),
        sa.PrimaryKeyConstraint("utgava", "cell", name=op.f("pk_utgava_underlag")),
        schema="tabell",
        comment="Vad varje utgåva är gjord av, och varför en cell skyddas",
    )
    op.create_table(
        "anmarkning",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["utgava"], ["publicering.utgava.utgava"], name=op.f("fk_anmarkning_utgava")),
        sa.PrimaryKeyConstraint("utgava", "tabell", "ordning", name=op.f("pk_anmarkning")),
        schema="publicering",
        comment="Anmärkningar i expedierade utgåvor",
    )
    op.create_table(
        "cell",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("kommun", sa.Text(), nullable=False, comment="Kommunkod, lan:01, riket eller grupp:NAMN"),
        sa.Column("ar", sa.Integer(), nullable=False),
        sa.Column(
            "period", sa.Text(), nullable=False, comment="Året, en del av det, eller flera: 2019, 2019T1, 2017_2019"
        ),
        sa.Column("ordning", sa.Integer(), nullable=False, comment="Cellens plats i tabellen"),
        sa.Column("dimensioner", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kon", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column("varde", sa.Double(), nullable=True),
        sa.Column("fran", sa.Integer(), nullable=True, comment="Minst så många, där ett intervall visas"),
        sa.Column("till", sa.Integer(), nullable=True, comment="Högst så många, där ett intervall visas"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("(status = 'visas') = (varde IS NOT NULL)", name=op.f("ck_cell_varde")),
        sa.CheckConstraint(
            "CASE WHEN status = 'intervall' THEN fran IS NOT NULL AND till IS NOT NULL AND fran < till ELSE fran IS NULL AND till IS NULL END",
            name=op.f("ck_cell_intervall"),
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant', 'totalt')", name=op.f("ck_cell_kon")),
        sa.CheckConstraint(
            "period ~ '^[0-9]{4}' AND (left(period, 4) = ar::text OR right(period, 4) = ar::text)",
            name=op.f("ck_cell_period"),
        ),
        sa.CheckConstraint(
            "status IN ('visas', 'skyddas', 'intervall', 'saknas', 'ej_tillampligt')", name=op.f("ck_cell_status")
        ),
        sa.ForeignKeyConstraint(["utgava"], ["publicering.utgava.utgava"], name=op.f("fk_cell_utgava")),
        sa.PrimaryKeyConstraint("utgava", "tabell", "ordning", name=op.f("pk_cell")),
        schema="publicering",
        comment="En rad för varje cell i expedierade utgåvor",
    )
