CREATE TABLE encrypted_field (
    of_object TEXT NOT NULL,
    field TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    shared_with TEXT,
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

CREATE INDEX ix_encrypted_field_created_at_id ON encrypted_field (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_encrypted_field_deleted_at ON encrypted_field (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_encrypted_field_department_id ON encrypted_field (department_id);

CREATE INDEX ix_encrypted_field_name_sort_id ON encrypted_field (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_encrypted_field_owner_id_updated_at_id ON encrypted_field (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_encrypted_field_updated_at_id ON encrypted_field (updated_at, id) WHERE deleted_at IS NULL;

