CREATE TABLE encrypted_field (
    of_object TEXT NOT NULL,
    field TEXT NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    shared_with JSONB,
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

CREATE INDEX ix_encrypted_field_created_at_id ON encrypted_field (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_encrypted_field_deleted_at ON encrypted_field (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_encrypted_field_department_id ON encrypted_field (department_id);

CREATE INDEX ix_encrypted_field_name_sort_id ON encrypted_field (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_encrypted_field_owner_id_updated_at_id ON encrypted_field (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_encrypted_field_updated_at_id ON encrypted_field (updated_at, id) WHERE deleted_at IS NULL;

