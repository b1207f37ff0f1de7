"""What programs were answered under an Idempotency-Key."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLE = """
create table app.api_request (
    jurisdiction_id bigint default (nullif(current_setting('app.jurisdiction', true), ''))::bigint not null,
    account_id bigint not null,
    key text not null,
    fingerprint text not null,
    status bigint,
    body text,
    created_at timestamptz not null,
    constraint pk_api_request primary key (account_id, key)
);
call app.bind_rows('api_request');
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLE)
