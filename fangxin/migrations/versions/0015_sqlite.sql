CREATE TABLE page_layout (
    applies_to TEXT NOT NULL,
    place TEXT NOT NULL,
    body TEXT NOT NULL,
    roles TEXT,
    record_type TEXT,
    "order" BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    applies_to_sort TEXT,
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

CREATE INDEX ix_page_layout_applies_to_sort_id ON page_layout (applies_to_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_created_at_id ON page_layout (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_deleted_at ON page_layout (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_page_layout_department_id ON page_layout (department_id);

CREATE INDEX ix_page_layout_name_sort_id ON page_layout (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_owner_id_updated_at_id ON page_layout (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_updated_at_id ON page_layout (updated_at, id) WHERE deleted_at IS NULL;

