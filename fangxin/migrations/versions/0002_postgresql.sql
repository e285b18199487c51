CREATE TABLE lead (
    company TEXT,
    title TEXT,
    email TEXT,
    phone TEXT,
    website TEXT,
    address_country TEXT,
    industry TEXT,
    credit_code TEXT,
    source TEXT,
    status TEXT NOT NULL,
    rating TEXT,
    landing_page TEXT,
    referrer TEXT,
    utm_source TEXT,
    utm_medium TEXT,
    utm_campaign TEXT,
    utm_term TEXT,
    utm_content TEXT,
    unqualified_reason TEXT,
    account_id UUID,
    contact_id UUID,
    opportunity_id UUID,
    converted_at TIMESTAMP WITH TIME ZONE,
    description TEXT,
    address_region TEXT,
    address_city TEXT,
    address_district TEXT,
    address_street TEXT,
    address_postcode TEXT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(contact_id) REFERENCES contact (id),
    FOREIGN KEY(opportunity_id) REFERENCES opportunity (id)
);

CREATE INDEX ix_lead_account_id ON lead (account_id);

CREATE INDEX ix_lead_contact_id ON lead (contact_id);

CREATE INDEX ix_lead_created_at_id ON lead (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_deleted_at ON lead (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_lead_department_id ON lead (department_id);

CREATE INDEX ix_lead_name_sort_id ON lead (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_opportunity_id ON lead (opportunity_id);

CREATE INDEX ix_lead_owner_id_status_id ON lead (owner_id, status, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_owner_id_updated_at_id ON lead (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_status_created_at_id ON lead (status, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_lead_updated_at_id ON lead (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE quote (
    code TEXT COLLATE "C",
    account_id UUID,
    contact_id UUID,
    opportunity_id UUID,
    currency TEXT,
    valid_until DATE,
    lines JSONB,
    subtotal BIGINT,
    tax BIGINT,
    total BIGINT,
    state TEXT NOT NULL,
    sent_on DATE,
    accepted_on DATE,
    rejected_reason TEXT,
    terms TEXT,
    description TEXT,
    subtotal_currency VARCHAR(3),
    subtotal_base BIGINT,
    tax_currency VARCHAR(3),
    tax_base BIGINT,
    total_currency VARCHAR(3),
    total_base BIGINT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(contact_id) REFERENCES contact (id),
    FOREIGN KEY(opportunity_id) REFERENCES opportunity (id)
);

CREATE INDEX ix_quote_account_id ON quote (account_id);

CREATE INDEX ix_quote_account_id_created_at_id ON quote (account_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_code_id ON quote (code, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_contact_id ON quote (contact_id);

CREATE INDEX ix_quote_created_at_id ON quote (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_deleted_at ON quote (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_quote_department_id ON quote (department_id);

CREATE INDEX ix_quote_name_sort_id ON quote (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_opportunity_id ON quote (opportunity_id);

CREATE INDEX ix_quote_owner_id_state_id ON quote (owner_id, state, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_owner_id_updated_at_id ON quote (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_total_base_id ON quote (total_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_updated_at_id ON quote (updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_quote_valid_until_id ON quote (valid_until, id) WHERE deleted_at IS NULL;

CREATE TABLE contract (
    code TEXT COLLATE "C",
    account_id UUID,
    contact_id UUID,
    opportunity_id UUID,
    quote_id UUID,
    total BIGINT NOT NULL,
    received BIGINT,
    outstanding BIGINT,
    planned BIGINT,
    ordered BIGINT,
    starts_on DATE,
    ends_on DATE,
    signed_on DATE,
    state TEXT NOT NULL,
    void_reason TEXT,
    terms TEXT,
    description TEXT,
    total_currency VARCHAR(3),
    total_base BIGINT,
    received_currency VARCHAR(3),
    received_base BIGINT,
    outstanding_currency VARCHAR(3),
    outstanding_base BIGINT,
    planned_currency VARCHAR(3),
    planned_base BIGINT,
    ordered_currency VARCHAR(3),
    ordered_base BIGINT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id),
    CONSTRAINT contract_received_within_total CHECK (received <= total),
    CONSTRAINT contract_planned_within_total CHECK (planned <= total),
    CONSTRAINT contract_ordered_within_total CHECK (ordered <= total),
    CONSTRAINT contract_received_not_negative CHECK (received >= 0),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(contact_id) REFERENCES contact (id),
    FOREIGN KEY(opportunity_id) REFERENCES opportunity (id),
    FOREIGN KEY(quote_id) REFERENCES quote (id)
);

CREATE INDEX ix_contract_account_id ON contract (account_id);

CREATE INDEX ix_contract_account_id_created_at_id ON contract (account_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_code_id ON contract (code, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_contact_id ON contract (contact_id);

CREATE INDEX ix_contract_created_at_id ON contract (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_deleted_at ON contract (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_contract_department_id ON contract (department_id);

CREATE INDEX ix_contract_ends_on_id ON contract (ends_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_name_sort_id ON contract (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_opportunity_id ON contract (opportunity_id);

CREATE INDEX ix_contract_owner_id_state_id ON contract (owner_id, state, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_owner_id_updated_at_id ON contract (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_quote_id ON contract (quote_id);

CREATE INDEX ix_contract_signed_on_id ON contract (signed_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_total_base_id ON contract (total_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contract_updated_at_id ON contract (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE "order" (
    code TEXT COLLATE "C",
    account_id UUID,
    contract_id UUID,
    currency TEXT,
    lines JSONB,
    subtotal BIGINT,
    tax BIGINT,
    total BIGINT,
    state TEXT NOT NULL,
    deliver_by DATE,
    ship_to_country TEXT,
    confirmed_on DATE,
    delivered_on DATE,
    cancel_reason TEXT,
    description TEXT,
    subtotal_currency VARCHAR(3),
    subtotal_base BIGINT,
    tax_currency VARCHAR(3),
    tax_base BIGINT,
    total_currency VARCHAR(3),
    total_base BIGINT,
    ship_to_region TEXT,
    ship_to_city TEXT,
    ship_to_district TEXT,
    ship_to_street TEXT,
    ship_to_postcode TEXT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(contract_id) REFERENCES contract (id)
);

CREATE INDEX ix_order_account_id ON "order" (account_id);

CREATE INDEX ix_order_account_id_created_at_id ON "order" (account_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_code_id ON "order" (code, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_contract_id ON "order" (contract_id);

CREATE INDEX ix_order_created_at_id ON "order" (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_deleted_at ON "order" (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_order_deliver_by_id ON "order" (deliver_by, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_department_id ON "order" (department_id);

CREATE INDEX ix_order_name_sort_id ON "order" (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_owner_id_state_id ON "order" (owner_id, state, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_owner_id_updated_at_id ON "order" (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_total_base_id ON "order" (total_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_order_updated_at_id ON "order" (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE payment_plan (
    number BIGINT,
    contract_id UUID NOT NULL,
    order_id UUID,
    account_id UUID,
    due_on DATE NOT NULL,
    amount BIGINT NOT NULL,
    received BIGINT,
    outstanding BIGINT,
    state TEXT NOT NULL,
    description TEXT,
    amount_currency VARCHAR(3),
    amount_base BIGINT,
    received_currency VARCHAR(3),
    received_base BIGINT,
    outstanding_currency VARCHAR(3),
    outstanding_base BIGINT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id),
    CONSTRAINT payment_plan_received_within_amount CHECK (received <= amount),
    CONSTRAINT payment_plan_received_not_negative CHECK (received >= 0),
    FOREIGN KEY(contract_id) REFERENCES contract (id),
    FOREIGN KEY(order_id) REFERENCES "order" (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_payment_plan_account_id ON payment_plan (account_id);

CREATE INDEX ix_payment_plan_amount_base_id ON payment_plan (amount_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_contract_id ON payment_plan (contract_id);

CREATE INDEX ix_payment_plan_contract_id_due_on_id ON payment_plan (contract_id, due_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_created_at_id ON payment_plan (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_deleted_at ON payment_plan (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_payment_plan_department_id ON payment_plan (department_id);

CREATE INDEX ix_payment_plan_due_on_id ON payment_plan (due_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_name_sort_id ON payment_plan (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_order_id ON payment_plan (order_id);

CREATE INDEX ix_payment_plan_owner_id_updated_at_id ON payment_plan (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_state_due_on_id ON payment_plan (state, due_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_plan_updated_at_id ON payment_plan (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE payment (
    code TEXT COLLATE "C",
    contract_id UUID NOT NULL,
    payment_plan_id UUID,
    account_id UUID,
    amount BIGINT NOT NULL,
    received_on DATE NOT NULL,
    method TEXT,
    reference TEXT,
    state TEXT NOT NULL,
    reversed_on DATE,
    reverse_reason TEXT,
    description TEXT,
    amount_currency VARCHAR(3),
    amount_base BIGINT,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    owner_id UUID,
    department_id UUID,
    tags JSONB,
    version BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_by_id UUID,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_by_id UUID,
    deleted_at TIMESTAMP WITH TIME ZONE,
    deleted_by_id UUID,
    custom JSONB NOT NULL,
    name_sort TEXT COLLATE "C",
    PRIMARY KEY (id),
    FOREIGN KEY(contract_id) REFERENCES contract (id),
    FOREIGN KEY(payment_plan_id) REFERENCES payment_plan (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_payment_account_id ON payment (account_id);

CREATE INDEX ix_payment_amount_base_id ON payment (amount_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_code_id ON payment (code, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_contract_id ON payment (contract_id);

CREATE INDEX ix_payment_contract_id_received_on_id ON payment (contract_id, received_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_created_at_id ON payment (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_deleted_at ON payment (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_payment_department_id ON payment (department_id);

CREATE INDEX ix_payment_name_sort_id ON payment (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_owner_id_updated_at_id ON payment (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_payment_plan_id ON payment (payment_plan_id);

CREATE INDEX ix_payment_received_on_id ON payment (received_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_received_on_state_id ON payment (received_on, state, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_payment_updated_at_id ON payment (updated_at, id) WHERE deleted_at IS NULL;

