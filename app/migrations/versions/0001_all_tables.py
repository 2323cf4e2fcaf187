"""All tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_version")),
    )
    op.create_table(
        "event_log",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "seq", name=op.f("pk_event_log")),
    )
    op.create_table(
        "event_sequence",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_event_sequence")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_at"), ["at"], unique=False)

    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_job_run")),
    )
    op.create_table(
        "loaded_file",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_loaded_file")),
    )
    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("full_name", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("crest", sa.String(length=60), nullable=False),
        sa.Column("colour_action", sa.String(length=40), nullable=True),
        sa.Column("colour_call", sa.String(length=40), nullable=True),
        sa.Column("homepage_url", sa.String(length=300), nullable=True),
        sa.Column("imprint_url", sa.String(length=300), nullable=True),
        sa.Column("privacy_url", sa.String(length=300), nullable=True),
        sa.Column("accessibility_url", sa.String(length=300), nullable=True),
        sa.Column("feedback_email", sa.String(length=320), nullable=True),
        sa.Column("mail_sender", sa.String(length=320), nullable=True),
        sa.Column("embed_origins", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("slug", name=op.f("uq_municipality_slug")),
    )
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("useless_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("account", sa.String(length=60), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("calendar_method", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'sending', 'sent', 'failed')", name=op.f("ck_outbox_mail_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("purpose", name=op.f("uq_outbox_mail_purpose")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_mail_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_mail_office_id"), ["office_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_outbox_mail_useless_after"), ["useless_after"], unique=False
        )

    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("leika", sa.String(length=14), nullable=True),
        sa.Column("online_url", sa.String(length=300), nullable=True),
        sa.Column("often", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("slug", name=op.f("uq_service_slug")),
    )
    op.create_table(
        "slide_picture",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_slide_picture")),
    )
    op.create_table(
        "spent_proof",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_proof")),
    )
    with op.batch_alter_table("spent_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spent_proof_until"), ["until"], unique=False)

    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "waiting_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(length=200), nullable=False),
        sa.Column("way_en", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_waiting_area_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_area")),
        sa.UniqueConstraint("slug", name=op.f("uq_waiting_area_slug")),
    )
    op.create_table(
        "last_number",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.CheckConstraint("serial >= 1 AND serial <= 999", name=op.f("ck_last_number_serial")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["waiting_area.id"], name=op.f("fk_last_number_area_id_waiting_area")
        ),
        sa.PrimaryKeyConstraint("area_id", "day", "letter", name=op.f("pk_last_number")),
    )
    op.create_table(
        "office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=5), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("counter_word", sa.String(length=30), nullable=False),
        sa.Column("counter_word_en", sa.String(length=30), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("hold_minutes", sa.Integer(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("head_start_minutes", sa.Integer(), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("cutoff_minutes", sa.Integer(), nullable=False),
        sa.Column("recall_limit", sa.Integer(), nullable=False),
        sa.Column("recall_seconds", sa.Integer(), nullable=False),
        sa.Column("tickets_per_day", sa.Integer(), nullable=True),
        sa.Column("stop_when_full", sa.Boolean(), nullable=False),
        sa.Column("calls_absent", sa.Boolean(), nullable=False),
        sa.Column("announce_times", sa.Integer(), nullable=False),
        sa.Column("announce_language", sa.String(length=10), nullable=True),
        sa.Column("email_required", sa.Boolean(), nullable=False),
        sa.Column("phone_required", sa.Boolean(), nullable=False),
        sa.Column("confirm_by_email", sa.Boolean(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("limit_per_email", sa.Integer(), nullable=True),
        sa.Column("limit_per_phone", sa.Integer(), nullable=True),
        sa.Column("limit_exempt", sa.JSON(), nullable=False),
        sa.Column("resale_delay_minutes", sa.Integer(), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("release_note", sa.String(length=300), nullable=True),
        sa.Column("release_note_en", sa.String(length=300), nullable=True),
        sa.Column("day_list_minute", sa.Integer(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("grace_minutes >= 0", name=op.f("ck_office_grace")),
        sa.CheckConstraint("head_start_minutes >= 0", name=op.f("ck_office_head_start")),
        sa.CheckConstraint(
            "slot_minutes > 0 AND slot_minutes % 5 = 0", name=op.f("ck_office_slot_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["waiting_area.id"], name=op.f("fk_office_area_id_waiting_area")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_office_municipality_id_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("slug", name=op.f("uq_office_slug")),
    )
    with op.batch_alter_table("office", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_office_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("resident_of", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("mail_code_hash", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("email_key", sa.String(length=320), nullable=True),
        sa.Column("phone_key", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "(status IN ('held', 'awaiting_email')) = (held_until IS NOT NULL)",
            name=op.f("ck_appointment_held_until"),
        ),
        sa.CheckConstraint(
            "channel IN ('on_site', 'phone', 'video')", name=op.f("ck_appointment_channel")
        ),
        sa.CheckConstraint(
            "status IN ('held', 'awaiting_email', 'confirmed', 'checked_in', 'attended', 'no_show', 'expired', 'cancelled')",
            name=op.f("ck_appointment_status"),
        ),
        sa.CheckConstraint("start_at < end_at", name=op.f("ck_appointment_length")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_appointment_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["resident_of"],
            ["municipality.id"],
            name=op.f("fk_appointment_resident_of_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("reference", name=op.f("uq_appointment_reference")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_email", ["email_key", "start_at"], unique=False)
        batch_op.create_index(
            "ix_appointment_held_until",
            ["held_until"],
            unique=False,
            sqlite_where=sa.text("held_until IS NOT NULL"),
            postgresql_where=sa.text("held_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_appointment_named",
            ["office_id", "end_at"],
            unique=False,
            sqlite_where=sa.text("name IS NOT NULL"),
            postgresql_where=sa.text("name IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_appointment_office_start", ["office_id", "start_at"], unique=False
        )
        batch_op.create_index("ix_appointment_phone", ["phone_key", "start_at"], unique=False)

    op.create_table(
        "calling_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_calling_change_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calling_change")),
    )
    with op.batch_alter_table("calling_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calling_change_office_id"), ["office_id"], unique=False
        )

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("easter_offset", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reason_en", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(kind = 'each_year') = (month IS NOT NULL)", name=op.f("ck_closure_month")
        ),
        sa.CheckConstraint(
            "(kind = 'each_year') = (month_day IS NOT NULL)", name=op.f("ck_closure_month_day")
        ),
        sa.CheckConstraint(
            "(kind = 'easter') = (easter_offset IS NOT NULL)", name=op.f("ck_closure_easter")
        ),
        sa.CheckConstraint(
            "(kind = 'once') = (first_day IS NOT NULL)", name=op.f("ck_closure_first_day")
        ),
        sa.CheckConstraint(
            "(kind = 'once') = (last_day IS NOT NULL)", name=op.f("ck_closure_last_day")
        ),
        sa.CheckConstraint(
            "kind IN ('once', 'each_year', 'easter', 'bridge')", name=op.f("ck_closure_kind")
        ),
        sa.CheckConstraint(
            "(office_id IS NULL) <> (municipality_id IS NULL)", name=op.f("ck_closure_whose")
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 31", name=op.f("ck_closure_days")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_closure_order")),
        sa.CheckConstraint(
            "from_minute >= 0 AND from_minute < to_minute", name=op.f("ck_closure_from_minute")
        ),
        sa.CheckConstraint("to_minute <= 1440", name=op.f("ck_closure_to_minute")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_closure_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_closure_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_closure_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_closure_office_id"), ["office_id"], unique=False)

    op.create_table(
        "counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("word", sa.String(length=30), nullable=True),
        sa.Column("word_en", sa.String(length=30), nullable=True),
        sa.Column("way", sa.String(length=200), nullable=True),
        sa.Column("way_en", sa.String(length=200), nullable=True),
        sa.Column("arrow", sa.String(length=8), nullable=False),
        sa.Column("accessible", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "arrow IN ('left', 'right', 'ahead', 'up', 'down', 'none')",
            name=op.f("ck_counter_arrow"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_counter_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter")),
        sa.UniqueConstraint("office_id", "label", name=op.f("uq_counter_office_id_label")),
        sa.UniqueConstraint("slug", name=op.f("uq_counter_slug")),
    )
    op.create_table(
        "file_calling",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_file_calling_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_file_calling")),
    )
    op.create_table(
        "file_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(office_id IS NULL) <> (municipality_id IS NULL)", name=op.f("ck_file_hours_whose")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_file_hours_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_file_hours_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_hours")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_file_hours_municipality_id")),
        sa.UniqueConstraint("office_id", name=op.f("uq_file_hours_office_id")),
    )
    op.create_table(
        "hours_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("takes_back", sa.Integer(), nullable=True),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(office_id IS NULL) <> (municipality_id IS NULL)", name=op.f("ck_hours_change_whose")
        ),
        sa.CheckConstraint(
            "(staff_id IS NULL) <> (source IS NULL)", name=op.f("ck_hours_change_by")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_hours_change_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_hours_change_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_hours_change_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_change")),
    )
    with op.batch_alter_table("hours_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hours_change_municipality_id"), ["municipality_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_hours_change_office_id"), ["office_id"], unique=False)

    op.create_table(
        "learned_range",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("bin", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("mid", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("observations", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_learned_range_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", "bin", name=op.f("pk_learned_range")),
    )
    op.create_table(
        "mail_text",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_mail_text_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", "kind", "language", name=op.f("pk_mail_text")),
    )
    op.create_table(
        "mass_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reason_en", sa.String(length=200), nullable=True),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('move', 'cancel')", name=op.f("ck_mass_change_kind")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_mass_change_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_mass_change_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_change")),
        sa.UniqueConstraint("key", name=op.f("uq_mass_change_key")),
    )
    with op.batch_alter_table("mass_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mass_change_office_id"), ["office_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("further_minutes", sa.Integer(), nullable=False),
        sa.Column("max_count", sa.Integer(), nullable=False),
        sa.Column("tickets_per_day", sa.Integer(), nullable=True),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("bookable", sa.Boolean(), nullable=False),
        sa.Column("online_only", sa.Boolean(), nullable=False),
        sa.Column("staff_only", sa.Boolean(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("video_url", sa.String(length=300), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "further_minutes >= 0 AND further_minutes <= 480", name=op.f("ck_offer_further_minutes")
        ),
        sa.CheckConstraint("max_count >= 1 AND max_count <= 20", name=op.f("ck_offer_max_count")),
        sa.CheckConstraint("minutes > 0 AND minutes <= 480", name=op.f("ck_offer_minutes")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_offer_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_offer_service_id_service")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("office_id", "service_id", name=op.f("uq_offer_office_id_service_id")),
    )
    op.create_table(
        "office_day",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("closed_early_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_office_day_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_office_day")),
    )
    op.create_table(
        "office_feed",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_office_feed_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_office_feed_token_hash")),
    )
    op.create_table(
        "opening_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("nth", sa.JSON(), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("release_hours", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "mode IN ('appointment', 'walk_in', 'mixed')", name=op.f("ck_opening_rule_mode")
        ),
        sa.CheckConstraint(
            "every_weeks = 1 OR valid_from IS NOT NULL", name=op.f("ck_opening_rule_first_week")
        ),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 52", name=op.f("ck_opening_rule_every_weeks")
        ),
        sa.CheckConstraint(
            "from_minute >= 0 AND from_minute < to_minute", name=op.f("ck_opening_rule_from_minute")
        ),
        sa.CheckConstraint("horizon_days >= 1", name=op.f("ck_opening_rule_horizon")),
        sa.CheckConstraint("release_hours >= 1", name=op.f("ck_opening_rule_release")),
        sa.CheckConstraint(
            "slot_minutes > 0 AND slot_minutes % 5 = 0", name=op.f("ck_opening_rule_slot_minutes")
        ),
        sa.CheckConstraint("to_minute <= 1440", name=op.f("ck_opening_rule_to_minute")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_opening_rule_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_rule")),
    )
    with op.batch_alter_table("opening_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_rule_office_id"), ["office_id"], unique=False)

    op.create_table(
        "pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_pool_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool")),
        sa.UniqueConstraint("office_id", "slug", name=op.f("uq_pool_office_id_slug")),
    )
    op.create_table(
        "screen_message",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_screen_message_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_screen_message")),
    )
    op.create_table(
        "slide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.String(length=600), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'picture') = (picture IS NOT NULL)", name=op.f("ck_slide_picture")
        ),
        sa.CheckConstraint("kind IN ('picture', 'text', 'opening')", name=op.f("ck_slide_kind")),
        sa.CheckConstraint("position BETWEEN 1 AND 40", name=op.f("ck_slide_position")),
        sa.CheckConstraint("seconds BETWEEN 5 AND 120", name=op.f("ck_slide_seconds")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_slide_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["picture"], ["slide_picture.digest"], name=op.f("fk_slide_picture_slide_picture")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slide")),
        sa.UniqueConstraint("office_id", "position", name=op.f("uq_slide_office_id_position")),
    )
    with op.batch_alter_table("slide", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slide_picture"), ["picture"], unique=False)

    op.create_table(
        "slide_version",
        sa.Column("office_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_slide_version_office_id_office")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_slide_version")),
    )
    op.create_table(
        "staff_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("may_call_any", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(office_id IS NULL) <> (municipality_id IS NULL)", name=op.f("ck_staff_role_where")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_staff_role_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_staff_role_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint(
            "staff_id",
            "office_id",
            "municipality_id",
            name=op.f("uq_staff_role_staff_id_office_id_municipality_id"),
        ),
    )
    with op.batch_alter_table("staff_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_role_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "appointment_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            '"count" >= 1 AND "count" <= 20', name=op.f("ck_appointment_service_count")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_appointment_service_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_appointment_service_offer_id_offer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_service")),
        sa.UniqueConstraint(
            "appointment_id",
            "offer_id",
            name=op.f("uq_appointment_service_appointment_id_offer_id"),
        ),
    )
    with op.batch_alter_table("appointment_service", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_service_appointment_id"), ["appointment_id"], unique=False
        )

    op.create_table(
        "counter_offer",
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_counter_offer_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_counter_offer_offer_id_offer")
        ),
        sa.PrimaryKeyConstraint("counter_id", "offer_id", name=op.f("pk_counter_offer")),
    )
    op.create_table(
        "counter_sitting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_counter_sitting_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_counter_sitting_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_sitting")),
    )
    with op.batch_alter_table("counter_sitting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_counter_sitting_counter_id"), ["counter_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_counter_sitting_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(
            "uq_counter_sitting_present",
            ["counter_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "counter_state",
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offers", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'break', 'closed')", name=op.f("ck_counter_state_state")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_counter_state_counter_id_counter")
        ),
        sa.PrimaryKeyConstraint("counter_id", name=op.f("pk_counter_state")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("screen", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'counter') = (counter_id IS NOT NULL)", name=op.f("ck_device_counter")
        ),
        sa.CheckConstraint("kind IN ('display', 'kiosk', 'counter')", name=op.f("ck_device_kind")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["waiting_area.id"], name=op.f("fk_device_area_id_waiting_area")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_device_counter_id_counter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("slug", name=op.f("uq_device_slug")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_area_id"), ["area_id"], unique=False)

    op.create_table(
        "discard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_discard_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_discard_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discard")),
    )
    with op.batch_alter_table("discard", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discard_office_id"), ["office_id"], unique=False)

    op.create_table(
        "emergency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"],
            ["counter.id"],
            name=op.f("fk_emergency_acknowledged_by_id_counter"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["waiting_area.id"], name=op.f("fk_emergency_area_id_waiting_area")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_emergency_counter_id_counter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency")),
    )
    with op.batch_alter_table("emergency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_area_id"), ["area_id"], unique=False)

    op.create_table(
        "learned_duration",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_learned_duration_offer_id_offer")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_learned_duration")),
    )
    op.create_table(
        "mass_change_item",
        sa.Column("mass_change_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=9), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("told_by", sa.String(length=4), nullable=True),
        sa.Column("previous_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposals", sa.JSON(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.CheckConstraint(
            "result IN ('planned', 'moved', 'cancelled', 'left')",
            name=op.f("ck_mass_change_item_result"),
        ),
        sa.CheckConstraint("told_by IN ('mail', 'call')", name=op.f("ck_mass_change_item_told_by")),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_mass_change_item_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["mass_change_id"],
            ["mass_change.id"],
            name=op.f("fk_mass_change_item_mass_change_id_mass_change"),
        ),
        sa.PrimaryKeyConstraint(
            "mass_change_id", "appointment_id", name=op.f("pk_mass_change_item")
        ),
    )
    op.create_table(
        "offer_pool",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_pool_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_offer_pool_pool_id_pool")),
        sa.PrimaryKeyConstraint("offer_id", "pool_id", name=op.f("pk_offer_pool")),
    )
    op.create_table(
        "offer_resident",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_offer_resident_municipality_id_municipality"),
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_offer_resident_offer_id_offer")
        ),
        sa.PrimaryKeyConstraint("offer_id", "municipality_id", name=op.f("pk_offer_resident")),
    )
    op.create_table(
        "opening_rule_break",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "from_minute >= 0 AND from_minute < to_minute",
            name=op.f("ck_opening_rule_break_from_minute"),
        ),
        sa.CheckConstraint("to_minute <= 1440", name=op.f("ck_opening_rule_break_to_minute")),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["opening_rule.id"],
            name=op.f("fk_opening_rule_break_rule_id_opening_rule"),
        ),
        sa.PrimaryKeyConstraint("rule_id", "from_minute", name=op.f("pk_opening_rule_break")),
    )
    op.create_table(
        "opening_rule_offer",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_opening_rule_offer_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["opening_rule.id"],
            name=op.f("fk_opening_rule_offer_rule_id_opening_rule"),
        ),
        sa.PrimaryKeyConstraint("rule_id", "offer_id", name=op.f("pk_opening_rule_offer")),
    )
    op.create_table(
        "opening_rule_pool",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("public_places", sa.Integer(), nullable=False),
        sa.Column("total_places", sa.Integer(), nullable=False),
        sa.Column("held_back_places", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "held_back_places >= 0 AND held_back_places <= public_places",
            name=op.f("ck_opening_rule_pool_held_back"),
        ),
        sa.CheckConstraint(
            "public_places >= 0 AND public_places <= total_places",
            name=op.f("ck_opening_rule_pool_places"),
        ),
        sa.CheckConstraint("total_places <= 99", name=op.f("ck_opening_rule_pool_total")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["pool.id"], name=op.f("fk_opening_rule_pool_pool_id_pool")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["opening_rule.id"], name=op.f("fk_opening_rule_pool_rule_id_opening_rule")
        ),
        sa.PrimaryKeyConstraint("rule_id", "pool_id", name=op.f("pk_opening_rule_pool")),
    )
    op.create_table(
        "place",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "appointment_id IS NOT NULL OR until IS NOT NULL", name=op.f("ck_place_why")
        ),
        sa.CheckConstraint("number >= 1 AND number <= size", name=op.f("ck_place_number")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_place_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_place_office_id_office")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_place_pool_id_pool")),
        sa.PrimaryKeyConstraint("office_id", "pool_id", "cell", "number", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_place_appointment_id"), ["appointment_id"], unique=False
        )

    op.create_table(
        "staff_usual",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_staff_usual_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_usual_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_usual")),
    )
    op.create_table(
        "waiting_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("resident_of", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("email_key", sa.String(length=320), nullable=True),
        sa.CheckConstraint(
            "status IN ('asked', 'waiting', 'served', 'ended')",
            name=op.f("ck_waiting_entry_status"),
        ),
        sa.CheckConstraint("from_day <= to_day", name=op.f("ck_waiting_entry_days")),
        sa.CheckConstraint(
            "from_minute >= 0 AND from_minute < to_minute",
            name=op.f("ck_waiting_entry_from_minute"),
        ),
        sa.CheckConstraint("lead_minutes >= 0", name=op.f("ck_waiting_entry_lead_minutes")),
        sa.CheckConstraint("to_minute <= 1440", name=op.f("ck_waiting_entry_to_minute")),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_waiting_entry_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_waiting_entry_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["resident_of"],
            ["municipality.id"],
            name=op.f("fk_waiting_entry_resident_of_municipality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entry")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_waiting_entry_appointment_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_waiting_entry_reference")),
    )
    with op.batch_alter_table("waiting_entry", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_entry_email", ["email_key"], unique=False)
        batch_op.create_index(
            "ix_waiting_entry_office", ["office_id", "status", "id"], unique=False
        )

    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('display', 'kiosk')", name=op.f("ck_pairing_kind")),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_pairing_device_id_device")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code", name=op.f("uq_pairing_code")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_pairing_secret_hash")),
    )
    with op.batch_alter_table("pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(staff_id IS NULL) <> (device_id IS NULL)", name=op.f("ck_session_whose")
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name=op.f("fk_session_device_id_device")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_session_staff_id_staff")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("appointment_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Boolean(), nullable=False),
        sa.Column("step_free", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("paper", sa.Boolean(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("reserved_counter_id", sa.Integer(), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delays", sa.Integer(), nullable=False),
        sa.Column("on_the_way_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_reason", sa.String(length=200), nullable=True),
        sa.Column("parked_by_counter_id", sa.Integer(), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("closed_by_system", sa.Boolean(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("residence_id", sa.Integer(), nullable=True),
        sa.Column("discard_id", sa.Integer(), nullable=True),
        sa.Column("rebooked_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('on_site', 'phone', 'video', 'back_office')",
            name=op.f("ck_ticket_channel"),
        ),
        sa.CheckConstraint(
            "status IN ('waiting', 'called', 'serving', 'parked', 'finished', 'no_show', 'cancelled', 'expired')",
            name=op.f("ck_ticket_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('called', 'serving') OR counter_id IS NOT NULL",
            name=op.f("ck_ticket_counter"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_ticket_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["area_id"], ["waiting_area.id"], name=op.f("fk_ticket_area_id_waiting_area")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_ticket_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["discard_id"], ["discard.id"], name=op.f("fk_ticket_discard_id_discard")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_ticket_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["parked_by_counter_id"],
            ["counter.id"],
            name=op.f("fk_ticket_parked_by_counter_id_counter"),
        ),
        sa.ForeignKeyConstraint(
            ["rebooked_id"], ["appointment.id"], name=op.f("fk_ticket_rebooked_id_appointment")
        ),
        sa.ForeignKeyConstraint(
            ["reserved_counter_id"],
            ["counter.id"],
            name=op.f("fk_ticket_reserved_counter_id_counter"),
        ),
        sa.ForeignKeyConstraint(
            ["residence_id"], ["municipality.id"], name=op.f("fk_ticket_residence_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_ticket_appointment_id")),
        sa.UniqueConstraint(
            "area_id", "day", "letter", "serial", name=op.f("uq_ticket_area_id_day_letter_serial")
        ),
        sa.UniqueConstraint("token", name=op.f("uq_ticket_token")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ticket_line",
            ["office_id", "day", "status", "rank", "letter", "serial"],
            unique=False,
        )
        batch_op.create_index(
            "ix_ticket_remark",
            ["office_id", "drawn_at"],
            unique=False,
            sqlite_where=sa.text(
                "remark IS NOT NULL OR note IS NOT NULL OR parked_reason IS NOT NULL"
            ),
            postgresql_where=sa.text(
                "remark IS NOT NULL OR note IS NOT NULL OR parked_reason IS NOT NULL"
            ),
        )
        batch_op.create_index(
            "uq_ticket_busy_counter",
            ["counter_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('called', 'serving')"),
            postgresql_where=sa.text("status IN ('called', 'serving')"),
        )

    op.create_table(
        "waiting_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=9), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'taken', 'declined', 'lapsed', 'withdrawn')",
            name=op.f("ck_waiting_offer_status"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_waiting_offer_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["waiting_entry.id"], name=op.f("fk_waiting_offer_entry_id_waiting_entry")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_waiting_offer_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_offer")),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_waiting_offer_appointment_id")),
        sa.UniqueConstraint(
            "entry_id", "start_at", name=op.f("uq_waiting_offer_entry_id_start_at")
        ),
    )
    with op.batch_alter_table("waiting_offer", schema=None) as batch_op:
        batch_op.create_index("ix_waiting_offer_office", ["office_id", "status"], unique=False)
        batch_op.create_index(
            "ix_waiting_offer_open",
            ["entry_id"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recall_of", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_call_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(["recall_of"], ["call.id"], name=op.f("fk_call_recall_of_call")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_call_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("ticket_id", "nth", name=op.f("uq_call_ticket_id_nth")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_at"), ["at"], unique=False)

    op.create_table(
        "forecast_given",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Float(), nullable=False),
        sa.Column("low_minutes", sa.Integer(), nullable=False),
        sa.Column("high_minutes", sa.Integer(), nullable=True),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("called_after", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_forecast_given_office_id_office")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_forecast_given_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_forecast_given")),
    )
    with op.batch_alter_table("forecast_given", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forecast_given_office_id"), ["office_id"], unique=False
        )

    op.create_table(
        "last_step",
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_last_step_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_last_step_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("counter_id", name=op.f("pk_last_step")),
    )
    op.create_table(
        "ticket_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("system_closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counter.id"], name=op.f("fk_ticket_step_counter_id_counter")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_step_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_step")),
    )
    with op.batch_alter_table("ticket_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_step_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "ticket_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("rendered", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.CheckConstraint('"count" >= 1 AND "count" <= 20', name=op.f("ck_ticket_service_count")),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_ticket_service_offer_id_offer")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["ticket_step.id"], name=op.f("fk_ticket_service_step_id_ticket_step")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_service_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_service")),
        sa.UniqueConstraint(
            "ticket_id",
            "offer_id",
            "step_id",
            name=op.f("uq_ticket_service_ticket_id_offer_id_step_id"),
        ),
    )
    with op.batch_alter_table("ticket_service", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ticket_service_ticket_id"), ["ticket_id"], unique=False
        )
        batch_op.create_index(
            "uq_ticket_service_to_do",
            ["ticket_id", "offer_id"],
            unique=True,
            sqlite_where=sa.text("step_id IS NULL"),
            postgresql_where=sa.text("step_id IS NULL"),
        )
