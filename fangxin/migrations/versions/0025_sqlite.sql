CREATE TABLE duplicate_key_new (
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL
);

INSERT INTO duplicate_key_new SELECT object, record_id, field, value FROM duplicate_key;

DROP TABLE duplicate_key;

ALTER TABLE duplicate_key_new RENAME TO duplicate_key;

CREATE INDEX ix_duplicate_key_record ON duplicate_key (record_id);

CREATE INDEX ix_duplicate_key_value ON duplicate_key (value, object);
