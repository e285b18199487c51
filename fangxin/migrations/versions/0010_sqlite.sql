CREATE TABLE duplicate_pair (
    id TEXT NOT NULL,
    object_a TEXT NOT NULL,
    record_a TEXT NOT NULL,
    object_b TEXT NOT NULL,
    record_b TEXT NOT NULL,
    probability FLOAT NOT NULL,
    evidence TEXT NOT NULL,
    by_others BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    found_at TEXT NOT NULL,
    decided_at TEXT,
    decided_by_id TEXT,
    PRIMARY KEY (id),
    UNIQUE (record_a, record_b)
);

CREATE INDEX ix_duplicate_pair_likely ON duplicate_pair (object_a, object_b, probability, id);

CREATE TABLE merged_record (
    record_id TEXT NOT NULL,
    object TEXT NOT NULL,
    into_id TEXT NOT NULL,
    change_set_id TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (record_id)
);

CREATE INDEX ix_merged_record_into ON merged_record (into_id);

