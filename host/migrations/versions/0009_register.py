"""Tables: the register: who takes part in a jurisdiction's year, and the projects it is about."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = """
create table app.jurisdiction (
    id bigserial not null,
    code text not null,
    name text not null,
    constraint pk_jurisdiction primary key (id),
    constraint uq_jurisdiction_code unique (code)
);

create table app.organisation (
    id bigserial not null,
    jurisdiction_id bigint not null,
    code text not null,
    name text not null,
    kind text not null,
    parent_id bigint,
    valid_from date not null,
    valid_to date,
    constraint pk_organisation primary key (id),
    constraint uq_organisation_jurisdiction_id_code unique (jurisdiction_id, code),
    constraint ck_organisation_kind check (kind in ('bureau', 'department', 'town', 'agency', 'panel', 'upper', 'government')),
    constraint ck_organisation_validity check (valid_to is null or valid_to >= valid_from),
    constraint fk_organisation_jurisdiction_id foreign key(jurisdiction_id) references app.jurisdiction (id),
    constraint fk_organisation_parent_id foreign key(parent_id) references app.organisation (id)
);

create table app.person (
    id bigserial not null,
    jurisdiction_id bigint not null,
    organisation_id bigint not null,
    name text not null,
    constraint pk_person primary key (id),
    constraint fk_person_jurisdiction_id foreign key(jurisdiction_id) references app.jurisdiction (id),
    constraint fk_person_organisation_id foreign key(organisation_id) references app.organisation (id)
);
create index ix_person_organisation_id on app.person (organisation_id);

create table app.project (
    id bigserial not null,
    jurisdiction_id bigint not null,
    organisation_id bigint not null,
    year bigint not null,
    track text not null,
    code text not null,
    name text not null,
    function_class text,
    central_transfer boolean not null,
    is_new boolean not null,
    specialised boolean not null,
    budget_amount numeric(18, 2) not null,
    total_investment_amount numeric(18, 2),
    constraint pk_project primary key (id),
    constraint uq_project_jurisdiction_id_year_code unique (jurisdiction_id, year, code),
    constraint ck_project_track check (track in ('project', 'direct', 'rural', 'ssf', 'ppp', 'bond', 'pre_eval')),
    constraint ck_project_budget_amount check (budget_amount >= 0),
    constraint fk_project_jurisdiction_id foreign key(jurisdiction_id) references app.jurisdiction (id),
    constraint fk_project_organisation_id foreign key(organisation_id) references app.organisation (id)
);
create index ix_project_jurisdiction_id_year_track on app.project (jurisdiction_id, year, track);
create index ix_project_organisation_id_year on app.project (organisation_id, year);

create table app.role_assignment (
    id bigserial not null,
    person_id bigint not null,
    role text not null,
    organisation_id bigint not null,
    valid_from date not null,
    valid_to date,
    constraint pk_role_assignment primary key (id),
    constraint uq_role_assignment_person_id_role_organisation_id_valid_from unique (person_id, role, organisation_id, valid_from),
    constraint fk_role_assignment_person_id foreign key(person_id) references app.person (id),
    constraint fk_role_assignment_organisation_id foreign key(organisation_id) references app.organisation (id)
);
create index ix_role_assignment_organisation_id_role on app.role_assignment (organisation_id, role);
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
