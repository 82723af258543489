"""The first schema"""

import sqlalchemy as sa
from alembic import op

from portal.store import triggers
from portal.store.base import Id

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", "origin", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "leaves",
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_leaves")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_ledger_head_only_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "mailbox_sessions",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_sessions")),
    )
    op.create_table(
        "refusal_counts",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "hour", name=op.f("pk_refusal_counts")),
    )
    op.create_table(
        "sign_in_delays",
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sign_in_delays")),
    )
    op.create_table(
        "entries",
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("opening", sa.LargeBinary(), nullable=True),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("mac_key_id", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("object_id", Id(), nullable=True),
        sa.Column(
            "actor",
            sa.Enum(
                "officer",
                "reporter",
                "system",
                "platform",
                name="actorkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", Id(), nullable=True),
        sa.Column("authority_id", Id(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(salt IS NULL) = (opening IS NULL)", name=op.f("ck_entries_opened_or_not")),
        sa.ForeignKeyConstraint(["index"], ["leaves.index"], name=op.f("fk_entries_index")),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_entries")),
        sa.UniqueConstraint("id", name=op.f("uq_entries_id")),
    )
    op.create_index("ix_entries_actor_at", "entries", ["actor_id", "at"], unique=False)
    op.create_index("ix_entries_authority_at", "entries", ["authority_id", "at"], unique=False)
    op.create_index(op.f("ix_entries_object_id"), "entries", ["object_id"], unique=False)
    op.create_table(
        "authorities",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("office", "discipline", name="authoritykind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("superior_id", Id(), nullable=True),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_authorities_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["superior_id"], ["authorities.id"], name=op.f("fk_authorities_superior_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorities")),
        sa.UniqueConstraint("code", name=op.f("uq_authorities_code")),
    )
    op.create_index(op.f("ix_authorities_entry_id"), "authorities", ["entry_id"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("id", Id(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_certificates_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("digest", name=op.f("uq_certificates_digest")),
    )
    op.create_index(op.f("ix_certificates_entry_id"), "certificates", ["entry_id"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", Id(), nullable=False),
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_installation_only_one")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_installation_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
        sa.UniqueConstraint("one", name=op.f("uq_installation_one")),
    )
    op.create_index(op.f("ix_installation_entry_id"), "installation", ["entry_id"], unique=False)
    op.create_table(
        "authority_names",
        sa.Column("id", Id(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("ko", sa.Text(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_authority_names_authority_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_authority_names_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_names")),
        sa.UniqueConstraint("authority_id", "since", name=op.f("uq_authority_names_authority_id_since")),
    )
    op.create_index(op.f("ix_authority_names_entry_id"), "authority_names", ["entry_id"], unique=False)
    op.create_table(
        "case_numbers",
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_case_numbers_authority_id")),
        sa.PrimaryKeyConstraint("authority_id", "year", name=op.f("pk_case_numbers")),
    )
    op.create_table(
        "desks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column(
            "duty",
            sa.Enum(
                "intake",
                "investigate",
                "lead",
                "custody",
                "award",
                "payout",
                "audit",
                "administer",
                name="duty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_desks_authority_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_desks_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desks")),
        sa.UniqueConstraint("authority_id", "duty", name=op.f("uq_desks_authority_id_duty")),
    )
    op.create_index(op.f("ix_desks_entry_id"), "desks", ["entry_id"], unique=False)
    op.create_table(
        "officers",
        sa.Column("id", Id(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active", "suspended", "left", name="officerstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("locked_keys", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_officers_authority_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name=op.f("fk_officers_certificate_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_officers_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("username", name=op.f("uq_officers_username")),
    )
    op.create_index(op.f("ix_officers_entry_id"), "officers", ["entry_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", Id(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("lead_desk_id", Id(), nullable=False),
        sa.Column("raised_desk_id", Id(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "awaiting",
                "accepted",
                "verifying",
                "concluded",
                "rectifying",
                "closed",
                "declined",
                "referred",
                "merged",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("line_key_id", Id(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint(
            "(number IS NULL) OR (state NOT IN ('received', 'awaiting', 'declined'))",
            name=op.f("ck_cases_numbered_when_accepted"),
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'declined', 'merged', 'referred')) = (closed_at IS NOT NULL)",
            name=op.f("ck_cases_closed"),
        ),
        sa.CheckConstraint("(number IS NULL) = (accepted_at IS NULL)", name=op.f("ck_cases_accepted")),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_cases_authority_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_cases_desk_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_cases_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["lead_desk_id"], ["desks.id"], name=op.f("fk_cases_lead_desk_id")),
        sa.ForeignKeyConstraint(["raised_desk_id"], ["desks.id"], name=op.f("fk_cases_raised_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index("ix_cases_authority_due", "cases", ["authority_id", "due_at", "id"], unique=False)
    op.create_index("ix_cases_desk_due", "cases", ["desk_id", "due_at", "id"], unique=False)
    op.create_index("ix_cases_desk_state_due", "cases", ["desk_id", "state", "due_at", "id"], unique=False)
    op.create_index(op.f("ix_cases_entry_id"), "cases", ["entry_id"], unique=False)
    op.create_index("ix_cases_lead_desk_due", "cases", ["lead_desk_id", "due_at", "id"], unique=False)
    op.create_index("ix_cases_raised_desk_due", "cases", ["raised_desk_id", "due_at", "id"], unique=False)
    op.create_table(
        "desk_epochs",
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("(epoch = 1) = (previous IS NULL)", name=op.f("ck_desk_epochs_chained")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name=op.f("fk_desk_epochs_certificate_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_desk_epochs_desk_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_desk_epochs_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_epochs")),
        sa.UniqueConstraint("desk_id", "epoch", name=op.f("uq_desk_epochs_desk_id_epoch")),
    )
    op.create_index(op.f("ix_desk_epochs_entry_id"), "desk_epochs", ["entry_id"], unique=False)
    op.create_index(
        "uq_desk_epochs_current",
        "desk_epochs",
        ["desk_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "officer_sessions",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_officer_sessions_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_sessions")),
    )
    op.create_index(op.f("ix_officer_sessions_officer_id"), "officer_sessions", ["officer_id"], unique=False)
    op.create_table(
        "otp_steps",
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_otp_steps_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_otp_steps")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_outbox_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_created_at"), "outbox", ["created_at"], unique=False)
    op.create_table(
        "reports",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("submitted", "withdrawn", name="reportstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "web",
                "phone",
                "letter",
                "visit",
                "hotline",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intake_desk_id", Id(), nullable=False),
        sa.Column("lead_desk_id", Id(), nullable=False),
        sa.Column("custody_desk_id", Id(), nullable=False),
        sa.Column("above_desk_id", Id(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_key_id", Id(), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["above_desk_id"], ["desks.id"], name=op.f("fk_reports_above_desk_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reports_case_id")),
        sa.ForeignKeyConstraint(["custody_desk_id"], ["desks.id"], name=op.f("fk_reports_custody_desk_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_reports_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["intake_desk_id"], ["desks.id"], name=op.f("fk_reports_intake_desk_id")),
        sa.ForeignKeyConstraint(["lead_desk_id"], ["desks.id"], name=op.f("fk_reports_lead_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_case_id"), "reports", ["case_id"], unique=False)
    op.create_index(op.f("ix_reports_entry_id"), "reports", ["entry_id"], unique=False)
    op.create_table(
        "seats",
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_seats_desk_epoch_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_seats_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_seats_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("desk_epoch_id", "officer_id", name=op.f("uq_seats_desk_epoch_id_officer_id")),
    )
    op.create_index(op.f("ix_seats_entry_id"), "seats", ["entry_id"], unique=False)
    op.create_index(op.f("ix_seats_officer_id"), "seats", ["officer_id"], unique=False)
    op.create_table(
        "clocks",
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=True),
        sa.Column("case_id", Id(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "late",
                "stopped",
                "superseded",
                name="clockstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_by", Id(), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name=op.f("ck_clocks_stopped")),
        sa.CheckConstraint("(state = 'superseded') = (superseded_by IS NOT NULL)", name=op.f("ck_clocks_superseded")),
        sa.CheckConstraint("(report_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_clocks_one_owner")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clocks_case_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_clocks_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_clocks_report_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["clocks.id"], name=op.f("fk_clocks_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint("case_id", "rule", "started_at", name=op.f("uq_clocks_case_id_rule_started_at")),
        sa.UniqueConstraint("report_id", "rule", "started_at", name=op.f("uq_clocks_report_id_rule_started_at")),
    )
    op.create_index(op.f("ix_clocks_case_id"), "clocks", ["case_id"], unique=False)
    op.create_index(op.f("ix_clocks_entry_id"), "clocks", ["entry_id"], unique=False)
    op.create_index(op.f("ix_clocks_report_id"), "clocks", ["report_id"], unique=False)
    op.create_index("ix_clocks_state_due", "clocks", ["state", "due_at"], unique=False)
    op.create_table(
        "content_keys",
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=True),
        sa.Column("case_id", Id(), nullable=True),
        sa.Column(
            "compartment",
            sa.Enum(
                "report",
                "phone",
                "summary",
                "case",
                name="compartment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("(report_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_content_keys_one_owner")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_content_keys_case_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_content_keys_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_content_keys_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_keys")),
        sa.UniqueConstraint(
            "case_id", "compartment", "generation", name=op.f("uq_content_keys_case_id_compartment_generation")
        ),
        sa.UniqueConstraint(
            "report_id", "compartment", "generation", name=op.f("uq_content_keys_report_id_compartment_generation")
        ),
    )
    op.create_index(op.f("ix_content_keys_case_id"), "content_keys", ["case_id"], unique=False)
    op.create_index(op.f("ix_content_keys_entry_id"), "content_keys", ["entry_id"], unique=False)
    op.create_index(op.f("ix_content_keys_report_id"), "content_keys", ["report_id"], unique=False)
    op.create_table(
        "identity_fields",
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "name",
                "phone",
                "email",
                "address",
                "id_number",
                "relation",
                "cosigners",
                name="identityfield",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_identity_fields_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_identity_fields_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_fields")),
        sa.UniqueConstraint("report_id", "field", name=op.f("uq_identity_fields_report_id_field")),
    )
    op.create_index(op.f("ix_identity_fields_entry_id"), "identity_fields", ["entry_id"], unique=False)
    op.create_index(op.f("ix_identity_fields_report_id"), "identity_fields", ["report_id"], unique=False)
    op.create_table(
        "receipts",
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "provisional",
                "revoked",
                name="receiptstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_receipts_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_receipts_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint("lookup", name=op.f("uq_receipts_lookup")),
    )
    op.create_index(op.f("ix_receipts_entry_id"), "receipts", ["entry_id"], unique=False)
    op.create_index(op.f("ix_receipts_report_id"), "receipts", ["report_id"], unique=False)
    op.create_table(
        "identity_shares",
        sa.Column("id", Id(), nullable=False),
        sa.Column("field_id", Id(), nullable=False),
        sa.Column(
            "holder",
            sa.Enum("lead", "custody", name="holder", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("desk_epoch_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_identity_shares_desk_epoch_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_identity_shares_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["field_id"], ["identity_fields.id"], name=op.f("fk_identity_shares_field_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_shares")),
        sa.UniqueConstraint("field_id", "holder", name=op.f("uq_identity_shares_field_id_holder")),
    )
    op.create_index(op.f("ix_identity_shares_entry_id"), "identity_shares", ["entry_id"], unique=False)
    op.create_index(op.f("ix_identity_shares_field_id"), "identity_shares", ["field_id"], unique=False)
    op.create_table(
        "key_grants",
        sa.Column("id", Id(), nullable=False),
        sa.Column("content_key_id", Id(), nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=True),
        sa.Column("officer_id", Id(), nullable=True),
        sa.Column("receipt_id", Id(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("active", "standby", name="grantstate", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN desk_epoch_id IS NULL THEN 0 ELSE 1 END + CASE WHEN officer_id IS NULL THEN 0 ELSE 1 END + CASE WHEN receipt_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_key_grants_one_reader"),
        ),
        sa.ForeignKeyConstraint(["content_key_id"], ["content_keys.id"], name=op.f("fk_key_grants_content_key_id")),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_key_grants_desk_epoch_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_key_grants_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_key_grants_officer_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipts.id"], name=op.f("fk_key_grants_receipt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_grants")),
    )
    op.create_index(op.f("ix_key_grants_content_key_id"), "key_grants", ["content_key_id"], unique=False)
    op.create_index(op.f("ix_key_grants_entry_id"), "key_grants", ["entry_id"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("content_key_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "narrative",
                "addition",
                "message",
                "feedback",
                "objection",
                "note",
                name="letterkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "sender",
            sa.Enum("reporter", "office", name="sender", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["content_key_id"], ["content_keys.id"], name=op.f("fk_letters_content_key_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_letters_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_letters_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("report_id", "position", name=op.f("uq_letters_report_id_position")),
    )
    op.create_index(op.f("ix_letters_entry_id"), "letters", ["entry_id"], unique=False)
    op.create_index(op.f("ix_letters_report_id"), "letters", ["report_id"], unique=False)
    op.create_index(
        "uq_letters_narrative",
        "letters",
        ["report_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'narrative'"),
        postgresql_where=sa.text("kind = 'narrative'"),
    )
    for statement in triggers.FOR[op.get_bind().dialect.name]:
        op.execute(statement)
