ALTER TABLE duplicate_key DROP CONSTRAINT duplicate_key_pkey;

DROP INDEX ix_duplicate_key_value;

CREATE INDEX ix_duplicate_key_value ON duplicate_key (value, object);
