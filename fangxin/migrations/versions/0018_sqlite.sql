CREATE TABLE sharing_rule (
    applies_to TEXT NOT NULL,
    condition TEXT NOT NULL,
    holders TEXT NOT NULL,
    level TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    description TEXT,
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

CREATE INDEX ix_sharing_rule_created_at_id ON sharing_rule (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_sharing_rule_deleted_at ON sharing_rule (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_sharing_rule_department_id ON sharing_rule (department_id);

CREATE INDEX ix_sharing_rule_name_sort_id ON sharing_rule (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_sharing_rule_owner_id_updated_at_id ON sharing_rule (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_sharing_rule_updated_at_id ON sharing_rule (updated_at, id) WHERE deleted_at IS NULL;

