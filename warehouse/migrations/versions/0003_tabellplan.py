"""The tabellplan: periods within the year, ledger of every cell, the plan as data, surveys of prevalence."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the tables and their ledger need. Tables are counted again by the next run."""
    op.create_table(
        "leveransmangd",
        sa.Column("mangd_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leveranser", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("mangd_id", name=op.f("pk_leveransmangd")),
        sa.UniqueConstraint("leveranser", name=op.f("uq_leveransmangd_leveranser")),
        schema="revision",
        comment="Leveranser som tillsammans står bakom celler, varje uppsättning en gång",
    )
    op.create_table(
        "plan",
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("malgrupp", sa.Text(), nullable=False),
        sa.Column("period_regel", sa.Text(), nullable=False),
        sa.Column("enhet", sa.Text(), nullable=False),
        sa.Column("dimensioner", postgresql.ARRAY(sa.Text()), nullable=False, comment="Kolumnerna vid sidan av kön"),
        sa.Column("offentlig", sa.Boolean(), nullable=False, comment="Byggd på offentliga uppgifter"),
        sa.Column(
            "raknad", sa.Boolean(), nullable=False, comment="Räknad ur rader; falskt för siffror som kommer som siffror"
        ),
        sa.PrimaryKeyConstraint("tabell", name=op.f("pk_plan")),
        schema="tabell",
        comment="Tabellplanen som den är deklarerad",
    )
    op.create_table(
        "harkomst",
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("mangd_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "celler", postgresql.ARRAY(sa.Integer()), nullable=False, comment="Cellernas platser i tabellen (ordning)"
        ),
        sa.Column(
            "rader",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            comment="Rader ur varje leverans bakom varje cell: cell för cell, i leveransmängdens ordning",
        ),
        sa.ForeignKeyConstraint(["mangd_id"], ["revision.leveransmangd.mangd_id"], name=op.f("fk_harkomst_mangd_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["revision.tabellversion.version_id"], name=op.f("fk_harkomst_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "mangd_id", name=op.f("pk_harkomst")),
        schema="revision",
        comment="Vilka leveranser och hur många rader som står bakom varje cell; läs vyn harkomst_cell",
    )
    op.create_table(
        "kod",
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("kod", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False),
        sa.Column("etikett", sa.Text(), nullable=False),
        sa.Column(
            "delar", postgresql.ARRAY(sa.Text()), nullable=True, comment="Koderna som en grupp eller total står för"
        ),
        sa.ForeignKeyConstraint(["tabell"], ["tabell.plan.tabell"], name=op.f("fk_kod_tabell")),
        sa.PrimaryKeyConstraint("tabell", "dimension", "kod", name=op.f("pk_kod")),
        schema="tabell",
        comment="Vad koderna i tabellplanens dimensioner heter",
    )
    op.create_table(
        "matt",
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("matt", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("enhet", sa.Text(), nullable=False),
        sa.Column("period_regel", sa.Text(), nullable=False),
        sa.Column("slag", sa.Text(), nullable=False, comment="antal, summa, medel, median eller harledd"),
        sa.Column(
            "form", sa.Text(), nullable=False, comment="antal, andel (0 till 1), tal, skillnad, dagar eller kronor"
        ),
        sa.Column(
            "delar", postgresql.ARRAY(sa.Text()), nullable=False, comment="Måtten som ett härlett mått är räknat av"
        ),
        sa.Column(
            "unik",
            sa.Text(),
            nullable=True,
            comment="Vad som räknas en gång i varje cell; då är totalen inte summan av delarna",
        ),
        sa.Column(
            "summerar",
            postgresql.ARRAY(sa.Text()),
            nullable=True,
            comment="Dimensioner vars delar ger totalen; tomt: alla",
        ),
        sa.Column("bas", sa.Text(), nullable=True, comment="Måttet som måste nå minsta bas för att värdet ska visas"),
        sa.Column("intern", sa.Boolean(), nullable=False, comment="Lämnas aldrig ut"),
        sa.ForeignKeyConstraint(["tabell"], ["tabell.plan.tabell"], name=op.f("fk_matt_tabell")),
        sa.PrimaryKeyConstraint("tabell", "matt", name=op.f("pk_matt")),
        schema="tabell",
        comment="Måtten i tabellplanens tabeller",
    )
    op.create_table(
        "forekomst",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column("omrade_typ", sa.Text(), nullable=False, comment="Slag av område. Kommun, län eller riket [oppen]"),
        sa.Column("omrade", sa.Text(), nullable=False, comment="Område. Kommunkod, länskod eller riket [oppen]"),
        sa.Column("kommunkod", sa.Text(), nullable=True, comment="Kommun. Kommunkod där området är en kommun [oppen]"),
        sa.Column("ar", sa.BigInteger(), nullable=False, comment="År. Året som svaren gäller [oppen]"),
        sa.Column(
            "undersokning", sa.Text(), nullable=False, comment="Undersökning. Kort namn, till exempel ntu [oppen]"
        ),
        sa.Column("fraga", sa.Text(), nullable=False, comment="Fråga. Kort namn på vad som skattas [oppen]"),
        sa.Column("titel", sa.Text(), nullable=False, comment="Titel. Vad som skattas, i klartext [oppen]"),
        sa.Column("alder", sa.Text(), nullable=False, comment="Ålder. totalt eller en grupp som 16_84 [oppen]"),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. kvinna, man eller totalt [oppen]"),
        sa.Column("andel_procent", sa.Double(), nullable=True, comment="Andel. Procent, skattad [oppen]"),
        sa.Column("lag_procent", sa.Double(), nullable=True, comment="Lägst. 95 % intervall, från [oppen]"),
        sa.Column("hog_procent", sa.Double(), nullable=True, comment="Högst. 95 % intervall, till [oppen]"),
        sa.Column("svarande", sa.BigInteger(), nullable=True, comment="Svarande. Antal svar bakom [oppen]"),
        sa.Column(
            "kalldokument", sa.Text(), nullable=False, comment="Källdokument. Dokumentet där siffran står [oppen]"
        ),
        sa.CheckConstraint("alder ~ '^(totalt|[0-9]{1,3}_([0-9]{1,3}|plus))$'", name=op.f("ck_forekomst_alder")),
        sa.CheckConstraint("fraga ~ '^[a-z0-9_]{2,80}$'", name=op.f("ck_forekomst_fraga")),
        sa.CheckConstraint("kalldokument ~ '^[^;@]{2,200}$'", name=op.f("ck_forekomst_kalldokument")),
        sa.CheckConstraint("kommunkod ~ '^[0-9]{4}$'", name=op.f("ck_forekomst_kommunkod")),
        sa.CheckConstraint("kon ~ '^(kvinna|man|totalt)$'", name=op.f("ck_forekomst_kon")),
        sa.CheckConstraint(
            "omrade ~ '^(riket|[0-9]{2}|[0-9]{4}|[0-9]{4}_[a-z0-9_]{1,100}|[A-Z][0-9A-Z]{2,20})$'",
            name=op.f("ck_forekomst_omrade"),
        ),
        sa.CheckConstraint(
            "omrade_typ IN ('kommun', 'stadsdel', 'lan', 'region', 'riket', 'grupp', 'enhet')",
            name=op.f("ck_forekomst_omrade_typ"),
        ),
        sa.CheckConstraint("titel ~ '^[^;@]{2,}$' AND char_length(titel) <= 300", name=op.f("ck_forekomst_titel")),
        sa.CheckConstraint("undersokning ~ '^[a-z0-9_]{2,40}$'", name=op.f("ck_forekomst_undersokning")),
        sa.CheckConstraint("andel_procent >= 0 AND andel_procent <= 100", name=op.f("ck_forekomst_andel_procent")),
        sa.CheckConstraint("ar >= 1975 AND ar <= 2100", name=op.f("ck_forekomst_ar")),
        sa.CheckConstraint("hog_procent >= 0 AND hog_procent <= 100", name=op.f("ck_forekomst_hog_procent")),
        sa.CheckConstraint("lag_procent >= 0 AND lag_procent <= 100", name=op.f("ck_forekomst_lag_procent")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_forekomst_rad")),
        sa.CheckConstraint("svarande >= 0", name=op.f("ck_forekomst_svarande")),
        sa.ForeignKeyConstraint(["kommunkod"], ["omvarld.kommun.kommunkod"], name=op.f("fk_forekomst_kommunkod")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_forekomst_leverans_id")
        ),
        sa.PrimaryKeyConstraint(
            "leverans_id",
            "omrade_typ",
            "omrade",
            "ar",
            "undersokning",
            "fraga",
            "alder",
            "kon",
            name=op.f("pk_forekomst"),
        ),
        schema="omvarld",
        comment="Förekomst enligt undersökningar",
    )
    op.create_table(
        "enkat_utskick",
        sa.Column(
            "leverans_id", sa.BigInteger(), nullable=False, comment="Leverans. Leveransen som raden kom med [intern]"
        ),
        sa.Column("rad", sa.BigInteger(), nullable=False, comment="Rad. Radens nummer i den levererade filen [intern]"),
        sa.Column(
            "namnd",
            sa.Text(),
            nullable=False,
            comment="Nämnd. Kommunkod för den nämnd som är personuppgiftsansvarig [intern]",
        ),
        sa.Column(
            "nyckelversion",
            sa.BigInteger(),
            nullable=False,
            comment="Nyckelversion. Version av nämndens nyckel bakom pseudonymerna [intern]",
        ),
        sa.Column("enhet", sa.Text(), nullable=False, comment="Enhet. Enhetens kod, till exempel enhet_1 [intern]"),
        sa.Column(
            "period", sa.Text(), nullable=False, comment="Period. ÅÅÅÅ eller ÅÅÅÅT1 till ÅÅÅÅT3 (tertial) [intern]"
        ),
        sa.Column("kon", sa.Text(), nullable=False, comment="Kön. Kön på dem som tillfrågats [begransad]"),
        sa.Column(
            "tillfragade", sa.BigInteger(), nullable=False, comment="Tillfrågade. Personer som fått enkäten [begransad]"
        ),
        sa.CheckConstraint(
            "enhet ~ '^(enhet|team|jour|boende|oppenvard|utforare)_[0-9]{1,3}$'", name=op.f("ck_enkat_utskick_enhet")
        ),
        sa.CheckConstraint("kon IN ('kvinna', 'man', 'annat_okant')", name=op.f("ck_enkat_utskick_kon")),
        sa.CheckConstraint("namnd ~ '^[0-9]{4}$'", name=op.f("ck_enkat_utskick_namnd")),
        sa.CheckConstraint("period ~ '^(19|20)[0-9][0-9](T[1-3])?$'", name=op.f("ck_enkat_utskick_period")),
        sa.CheckConstraint("nyckelversion >= 1", name=op.f("ck_enkat_utskick_nyckelversion")),
        sa.CheckConstraint("rad >= 1", name=op.f("ck_enkat_utskick_rad")),
        sa.CheckConstraint("tillfragade >= 0 AND tillfragade <= 100000", name=op.f("ck_enkat_utskick_tillfragade")),
        sa.ForeignKeyConstraint(
            ["leverans_id"], ["mottagning.leverans.leverans_id"], name=op.f("fk_enkat_utskick_leverans_id")
        ),
        sa.ForeignKeyConstraint(["namnd"], ["omvarld.kommun.kommunkod"], name=op.f("fk_enkat_utskick_namnd")),
        sa.PrimaryKeyConstraint("leverans_id", "enhet", "period", "kon", name=op.f("pk_enkat_utskick")),
        schema="register",
        comment="Tillfrågade i brukarenkäten",
    )
    op.add_column(
        "cell",
        sa.Column(
            "period",
            sa.Text(),
            server_default="0000",
            nullable=False,
            comment="Året, eller en del av det: 2019T1, 2019Q1, 201901",
        ),
        schema="publicering",
    )
    op.drop_constraint(op.f("uq_cell_koordinater"), "cell", schema="publicering", type_="unique")
    op.drop_constraint(op.f("fk_cell_kommun"), "cell", schema="publicering", type_="foreignkey")
    op.add_column(
        "cell",
        sa.Column(
            "period",
            sa.Text(),
            server_default="0000",
            nullable=False,
            comment="Året, eller en del av det: 2019T1, 2019Q1, 201901",
        ),
        schema="tabell",
    )
    op.drop_constraint(op.f("uq_cell_koordinater"), "cell", schema="tabell", type_="unique")
    op.drop_constraint(op.f("fk_cell_kommun"), "cell", schema="tabell", type_="foreignkey")
    for schema in ("publicering", "tabell"):
        op.execute(f"UPDATE {schema}.cell SET period = ar::text")
        op.alter_column("cell", "period", server_default=None, schema=schema)
    op.create_check_constraint(
        op.f("ck_cell_period"),
        "cell",
        sa.text("left(period, 4) = ar::text OR right(period, 4) = ar::text"),
        schema="publicering",
    )
    op.create_check_constraint(
        op.f("ck_cell_period"),
        "cell",
        sa.text("left(period, 4) = ar::text OR right(period, 4) = ar::text"),
        schema="tabell",
    )
