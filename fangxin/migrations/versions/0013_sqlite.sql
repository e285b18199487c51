CREATE TABLE exchange_rate (
    name TEXT NOT NULL,
    base_currency TEXT,
    currency TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    rate BIGINT NOT NULL,
    description TEXT,
    name_sort TEXT,
    id TEXT NOT NULL,
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

