CREATE TABLE lead_form (
    "key" TEXT NOT NULL,
    title TEXT,
    intro TEXT,
    questions TEXT NOT NULL,
    consent_text TEXT,
    thanks TEXT,
    redirect_url TEXT,
    language TEXT NOT NULL,
    source TEXT,
    allowed_sites TEXT,
    active BOOLEAN NOT NULL,
    page_url TEXT,
    embed TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    name_sort TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_lead_form_created_at_id ON lead_form (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_deleted_at ON lead_form (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_lead_form_department_id ON lead_form (department_id);

CREATE INDEX ix_lead_form_key ON lead_form ("key") WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_name_sort_id ON lead_form (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_owner_id_updated_at_id ON lead_form (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_updated_at_id ON lead_form (updated_at, id) WHERE deleted_at IS NULL;

ALTER TABLE lead ADD COLUMN form_id TEXT REFERENCES lead_form (id);

ALTER TABLE lead ADD COLUMN consent_at TEXT;

CREATE INDEX ix_lead_form_id ON lead (form_id);

