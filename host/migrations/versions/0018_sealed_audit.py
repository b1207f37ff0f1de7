"""Seal the audit: what is not sealed yet, the chain, its anchors; entries can only be added, and only whole.

Entries that exist already are put into the tail: the first pass of the sealer takes them.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = """
create table app.audit_tail (
    entry_id bigint not null,
    constraint pk_audit_tail primary key (entry_id)
);
insert into app.audit_tail (entry_id) select id from app.audit_entry;

create table app.audit_seal (
    number bigint not null,
    previous_hash text not null,
    entry_ids bigint[] not null,
    digests bytea not null,
    sealed_at timestamptz not null,
    hash text not null,
    constraint pk_audit_seal primary key (number),
    constraint uq_audit_seal_previous_hash unique (previous_hash),
    constraint uq_audit_seal_hash unique (hash)
);
alter table app.audit_seal alter column digests set storage external;

create table app.audit_anchor (
    seal_number bigint not null,
    sealed_on date not null,
    hash text not null,
    constraint pk_audit_anchor primary key (seal_number)
);

create sequence app.audit_seal_head minvalue 0 start 0;

revoke insert on app.audit_entry from bihuan_app;
grant insert (at, actor_id, actor_name, action, instance_id, subject, data) on app.audit_entry to bihuan_app;
revoke update on app.audit_tail from bihuan_app;
revoke update, delete on app.audit_seal, app.audit_anchor from bihuan_app;
grant update on sequence app.audit_seal_head to bihuan_app;
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
