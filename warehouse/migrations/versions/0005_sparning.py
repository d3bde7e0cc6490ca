"""The ledger of an edition, and supervised recounts of a published number."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what says which deliveries stand behind each printed cell, and orders of recounts with their answers."""
    op.create_table(
        "utgava_harkomst",
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False, comment="Den tryckta cellens plats i utgåvans tabell"),
        sa.Column("leverans_id", sa.BigInteger(), nullable=False, comment="Leveransen som raderna kom i"),
        sa.Column(
            "rader",
            sa.Integer(),
            nullable=False,
            comment="Rader ur leveransen som står bakom cellen: inom sekretess",
        ),
        sa.CheckConstraint("rader > 0", name=op.f("ck_utgava_harkomst_rader")),
        sa.ForeignKeyConstraint(["utgava"], ["tabell.utgava.utgava"], name=op.f("fk_utgava_harkomst_utgava")),
        sa.PrimaryKeyConstraint("utgava", "tabell", "ordning", "leverans_id", name=op.f("pk_utgava_harkomst")),
        schema="revision",
        comment="Vilka leveranser och hur många rader som står bakom varje tryckt cell; fryst med utgåvan",
    )
    op.create_table(
        "omrakning",
        sa.Column("omrakning_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("utgava", sa.Integer(), nullable=False),
        sa.Column("tabell", sa.Text(), nullable=False),
        sa.Column("ordning", sa.Integer(), nullable=False, comment="Cellens plats i utgåvans tabell"),
        sa.Column("bestalld", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("av_login", sa.Text(), nullable=False, comment="Inloggningen i databasen"),
        sa.Column("uppgiven", sa.Text(), nullable=False, comment="Den som uppges ha beställt"),
        sa.Column("styrkt", sa.Boolean(), nullable=False, comment="Personens egen inloggning; annars ej styrkt"),
        sa.ForeignKeyConstraint(["utgava"], ["publicering.utgava.utgava"], name=op.f("fk_omrakning_utgava")),
        sa.PrimaryKeyConstraint("omrakning_id", name=op.f("pk_omrakning")),
        schema="revision",
        comment="Beställda omräkningar av ett publicerat tal; läggs till, ändras aldrig",
    )
    op.create_table(
        "omrakningssvar",
        sa.Column("omrakning_id", sa.BigInteger(), nullable=False),
        sa.Column("besvarad", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("utfall", sa.Text(), nullable=False, comment="lika, olika eller gar_inte; aldrig ett tal"),
        sa.Column("orsak", sa.Text(), nullable=False, comment="Varför det inte gick att räkna om; annars tomt"),
        sa.Column("kodversion", sa.Text(), nullable=False),
        sa.CheckConstraint("(utfall = 'gar_inte') = (orsak <> '')", name=op.f("ck_omrakningssvar_orsak")),
        sa.CheckConstraint("utfall IN ('lika', 'olika', 'gar_inte')", name=op.f("ck_omrakningssvar_utfall")),
        sa.ForeignKeyConstraint(
            ["omrakning_id"], ["revision.omrakning.omrakning_id"], name=op.f("fk_omrakningssvar_omrakning_id")
        ),
        sa.PrimaryKeyConstraint("omrakning_id", name=op.f("pk_omrakningssvar")),
        schema="revision",
        comment="Svaren på beställda omräkningar; läggs till, ändras aldrig",
    )
