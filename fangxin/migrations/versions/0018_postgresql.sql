CREATE TABLE sharing_rule (
    applies_to TEXT NOT NULL,
    condition JSONB NOT NULL,
    holders JSONB NOT NULL,
    level TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    description TEXT,
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

CREATE INDEX ix_sharing_rule_created_at_id ON sharing_rule (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_sharing_rule_deleted_at ON sharing_rule (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_sharing_rule_department_id ON sharing_rule (department_id);

CREATE INDEX ix_sharing_rule_name_sort_id ON sharing_rule (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_sharing_rule_owner_id_updated_at_id ON sharing_rule (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_sharing_rule_updated_at_id ON sharing_rule (updated_at, id) WHERE deleted_at IS NULL;

