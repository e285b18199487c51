CREATE TABLE rule (
    of_object TEXT NOT NULL,
    kind TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    "order" BIGINT NOT NULL,
    only_on TEXT,
    condition TEXT,
    state TEXT,
    needs TEXT,
    effects TEXT,
    field TEXT,
    messages TEXT,
    names TEXT,
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

CREATE INDEX ix_rule_created_at_id ON rule (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_deleted_at ON rule (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_rule_department_id ON rule (department_id);

CREATE INDEX ix_rule_name_sort_id ON rule (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_of_object_order_id ON rule (of_object, "order", id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_owner_id_updated_at_id ON rule (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_rule_updated_at_id ON rule (updated_at, id) WHERE deleted_at IS NULL;

