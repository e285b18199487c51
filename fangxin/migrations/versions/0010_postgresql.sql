CREATE TABLE duplicate_pair (
    id UUID NOT NULL,
    object_a TEXT NOT NULL,
    record_a UUID NOT NULL,
    object_b TEXT NOT NULL,
    record_b UUID NOT NULL,
    probability FLOAT NOT NULL,
    evidence JSONB NOT NULL,
    by_others BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id UUID,
    PRIMARY KEY (id),
    UNIQUE (record_a, record_b)
);

CREATE INDEX ix_duplicate_pair_likely ON duplicate_pair (object_a, object_b, probability, id);

CREATE TABLE merged_record (
    record_id UUID NOT NULL,
    object TEXT NOT NULL,
    into_id UUID NOT NULL,
    change_set_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (record_id)
);

CREATE INDEX ix_merged_record_into ON merged_record (into_id);

