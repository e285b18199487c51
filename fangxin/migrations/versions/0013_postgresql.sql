CREATE TABLE exchange_rate (
    name TEXT NOT NULL,
    base_currency TEXT,
    currency TEXT NOT NULL,
    valid_from DATE NOT NULL,
    rate BIGINT NOT NULL,
    description TEXT,
    name_sort TEXT COLLATE "C",
    id UUID NOT NULL,
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
    PRIMARY KEY (id)
);

CREATE INDEX ix_exchange_rate_created_at_id ON exchange_rate (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_exchange_rate_currency_valid_from_id ON exchange_rate (currency, valid_from, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_exchange_rate_deleted_at ON exchange_rate (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_exchange_rate_department_id ON exchange_rate (department_id);

CREATE INDEX ix_exchange_rate_name_sort_id ON exchange_rate (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_exchange_rate_owner_id_updated_at_id ON exchange_rate (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_exchange_rate_updated_at_id ON exchange_rate (updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_exchange_rate_valid_from_id ON exchange_rate (valid_from, id) WHERE deleted_at IS NULL;

