CREATE TABLE lead_form (
    key TEXT NOT NULL,
    title TEXT,
    intro TEXT,
    questions JSONB NOT NULL,
    consent_text TEXT,
    thanks TEXT,
    redirect_url TEXT,
    language TEXT NOT NULL,
    source TEXT,
    allowed_sites JSONB,
    active BOOLEAN NOT NULL,
    page_url TEXT,
    embed TEXT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id)
);

CREATE INDEX ix_lead_form_created_at_id ON lead_form (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_deleted_at ON lead_form (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_lead_form_department_id ON lead_form (department_id);

CREATE INDEX ix_lead_form_key ON lead_form (key) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_name_sort_id ON lead_form (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_owner_id_updated_at_id ON lead_form (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_form_updated_at_id ON lead_form (updated_at, id) WHERE deleted_at IS NULL;

ALTER TABLE lead ADD COLUMN form_id UUID REFERENCES lead_form (id);

ALTER TABLE lead ADD COLUMN consent_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX ix_lead_form_id ON lead (form_id);

