CREATE TABLE page_layout (
    applies_to TEXT NOT NULL,
    place TEXT NOT NULL,
    body JSONB NOT NULL,
    roles JSONB,
    record_type JSONB,
    "order" BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    applies_to_sort TEXT COLLATE "C",
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

CREATE INDEX ix_page_layout_applies_to_sort_id ON page_layout (applies_to_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_created_at_id ON page_layout (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_deleted_at ON page_layout (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_page_layout_department_id ON page_layout (department_id);

CREATE INDEX ix_page_layout_name_sort_id ON page_layout (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_owner_id_updated_at_id ON page_layout (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_page_layout_updated_at_id ON page_layout (updated_at, id) WHERE deleted_at IS NULL;

