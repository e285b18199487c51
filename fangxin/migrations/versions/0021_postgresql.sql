CREATE TABLE rule (
    of_object TEXT NOT NULL,
    kind TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    "order" BIGINT NOT NULL,
    only_on TEXT,
    condition JSONB,
    state JSONB,
    needs JSONB,
    effects JSONB,
    field TEXT,
    messages JSONB,
    names JSONB,
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

CREATE INDEX ix_rule_created_at_id ON rule (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_deleted_at ON rule (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_rule_department_id ON rule (department_id);

CREATE INDEX ix_rule_name_sort_id ON rule (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_of_object_order_id ON rule (of_object, "order", id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_owner_id_updated_at_id ON rule (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_updated_at_id ON rule (updated_at, id) WHERE deleted_at IS NULL;

