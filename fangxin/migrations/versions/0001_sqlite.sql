CREATE TABLE account (
    name TEXT NOT NULL,
    code TEXT,
    status TEXT,
    industry TEXT,
    phone TEXT,
    email TEXT,
    website TEXT,
    address_country TEXT,
    employees BIGINT,
    annual_revenue BIGINT,
    parent_id TEXT,
    source TEXT,
    credit_code TEXT,
    description TEXT,
    name_sort TEXT,
    address_region TEXT,
    address_city TEXT,
    address_district TEXT,
    address_street TEXT,
    address_postcode TEXT,
    annual_revenue_currency VARCHAR(3),
    annual_revenue_base BIGINT,
    id TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(parent_id) REFERENCES account (id)
);

CREATE INDEX ix_account_annual_revenue_base_id ON account (annual_revenue_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_account_code_id ON account (code, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_account_created_at_id ON account (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_account_deleted_at ON account (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_account_department_id ON account (department_id);

CREATE INDEX ix_account_name_sort_id ON account (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_account_owner_id_status_id ON account (owner_id, status, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_account_owner_id_updated_at_id ON account (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_account_parent_id ON account (parent_id);

CREATE INDEX ix_account_updated_at_id ON account (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE activity (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT,
    at TEXT NOT NULL,
    about_object TEXT,
    participants TEXT,
    about_id TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_activity_about_id_at_id ON activity (about_id, at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_activity_at_id ON activity (at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_activity_created_at_id ON activity (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_activity_deleted_at ON activity (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_activity_department_id ON activity (department_id);

CREATE INDEX ix_activity_name_sort_id ON activity (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_activity_owner_id_updated_at_id ON activity (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_activity_updated_at_id ON activity (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE change (
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    xid BIGINT NOT NULL,
    epoch INTEGER DEFAULT '0' NOT NULL,
    change_set_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    source TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    verb TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (seq)
);

CREATE INDEX ix_change_change_set ON change (change_set_id, seq);

CREATE INDEX ix_change_order ON change (xid, seq);

CREATE INDEX ix_change_record ON change (record_id, seq);

CREATE TABLE change_payload (
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    salt TEXT NOT NULL,
    payload TEXT,
    PRIMARY KEY (seq)
);

CREATE TABLE change_seal (
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    digest TEXT NOT NULL,
    chain TEXT NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (position)
);

CREATE TABLE change_set (
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL,
    count INTEGER NOT NULL,
    undone_by_id TEXT,
    undoes_id TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_change_set_actor ON change_set (actor_id, at);

CREATE INDEX ix_change_set_at ON change_set (at, id);

CREATE TABLE counter (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE custom_field (
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    object TEXT NOT NULL,
    "key" TEXT NOT NULL,
    type TEXT NOT NULL,
    labels TEXT NOT NULL,
    options TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at TEXT NOT NULL,
    deleted_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (object, "key"),
    UNIQUE (code)
);

CREATE TABLE custom_object (
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    labels TEXT NOT NULL,
    labels_plural TEXT NOT NULL,
    icon TEXT NOT NULL,
    created_at TEXT NOT NULL,
    deleted_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (code),
    UNIQUE (name),
    UNIQUE (path)
);

CREATE TABLE custom_record (
    object_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_custom_record_object_created_at ON custom_record (object_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_custom_record_object_name_sort ON custom_record (object_id, name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_custom_record_object_owner_id ON custom_record (object_id, owner_id, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_custom_record_object_updated_at ON custom_record (object_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE department (
    parent_id TEXT,
    "order" BIGINT,
    path TEXT DEFAULT '' NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    name_sort TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(parent_id) REFERENCES department (id)
);

CREATE INDEX ix_department_created_at_id ON department (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_department_deleted_at ON department (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_department_department_id ON department (department_id);

CREATE INDEX ix_department_name_sort_id ON department (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_department_owner_id_updated_at_id ON department (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_department_parent_id ON department (parent_id);

CREATE INDEX ix_department_path ON department (path);

CREATE INDEX ix_department_updated_at_id ON department (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE duplicate_key (
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (object, record_id, field, value)
);

CREATE INDEX ix_duplicate_key_record ON duplicate_key (record_id);

CREATE INDEX ix_duplicate_key_value ON duplicate_key (object, value);

CREATE TABLE epoch (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE exchange_rate (
    currency VARCHAR(3) NOT NULL,
    day TEXT NOT NULL,
    rate BIGINT NOT NULL,
    PRIMARY KEY (currency, day)
);

CREATE TABLE export_job (
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    job_id TEXT,
    object TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL,
    processed INTEGER DEFAULT '0' NOT NULL,
    file_id TEXT,
    error TEXT,
    finished_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_export_job_actor ON export_job (actor_id, at);

CREATE TABLE file (
    about_object TEXT,
    size BIGINT,
    media_type TEXT,
    digest TEXT,
    storage_key TEXT,
    about_id TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_file_about_id_created_at_id ON file (about_id, created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_file_created_at_id ON file (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_file_deleted_at ON file (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_file_department_id ON file (department_id);

CREATE INDEX ix_file_name_sort_id ON file (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_file_owner_id_updated_at_id ON file (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_file_updated_at_id ON file (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE idempotency_key (
    actor_id TEXT NOT NULL,
    "key" TEXT NOT NULL,
    at TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    status INTEGER,
    headers TEXT,
    body TEXT,
    PRIMARY KEY (actor_id, "key")
);

CREATE INDEX ix_idempotency_key_at ON idempotency_key (at);

CREATE TABLE import_issue (
    import_id TEXT NOT NULL,
    "row" INTEGER NOT NULL,
    "column" TEXT NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    "values" TEXT NOT NULL,
    value TEXT NOT NULL,
    cells TEXT NOT NULL,
    record_id TEXT,
    PRIMARY KEY (import_id, "row", "column")
);

CREATE INDEX ix_import_issue_kind ON import_issue (import_id, kind, "row");

CREATE TABLE import_job (
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    job_id TEXT,
    object TEXT NOT NULL,
    file_id TEXT,
    file_name TEXT NOT NULL,
    options TEXT NOT NULL,
    state TEXT NOT NULL,
    total INTEGER,
    processed INTEGER DEFAULT '0' NOT NULL,
    created INTEGER DEFAULT '0' NOT NULL,
    updated INTEGER DEFAULT '0' NOT NULL,
    unchanged INTEGER DEFAULT '0' NOT NULL,
    failed INTEGER DEFAULT '0' NOT NULL,
    cursor INTEGER DEFAULT '0' NOT NULL,
    change_set_id TEXT,
    error TEXT,
    finished_at TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_import_job_actor ON import_job (actor_id, at);

CREATE TABLE job (
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    args TEXT NOT NULL,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL,
    run_at TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    lease_until TEXT,
    worker TEXT,
    dedupe TEXT,
    actor_id TEXT,
    progress FLOAT NOT NULL,
    result TEXT,
    error TEXT,
    effects INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (dedupe)
);

CREATE INDEX ix_job_finished ON job (finished_at);

CREATE INDEX ix_job_lease ON job (lease_until) WHERE state = 'running';

CREATE INDEX ix_job_ready ON job (queue, priority, run_at, id) WHERE state = 'waiting';

CREATE TABLE live_watch (
    client_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    at TEXT NOT NULL,
    watch TEXT NOT NULL,
    PRIMARY KEY (client_id)
);

CREATE TABLE login_attempt (
    "key" TEXT NOT NULL,
    failures INTEGER NOT NULL,
    at TEXT NOT NULL,
    locked_until TEXT,
    PRIMARY KEY ("key")
);

CREATE TABLE notification (
    id TEXT NOT NULL,
    at TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    actor_id TEXT,
    read_at TEXT,
    dedupe TEXT,
    PRIMARY KEY (id),
    UNIQUE (dedupe)
);

CREATE INDEX ix_notification_user ON notification (user_id, at, id);

CREATE TABLE pipeline (
    "order" BIGINT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_pipeline_created_at_id ON pipeline (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_pipeline_deleted_at ON pipeline (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_pipeline_department_id ON pipeline (department_id);

CREATE INDEX ix_pipeline_name_sort_id ON pipeline (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_pipeline_order_id ON pipeline ("order", id) WHERE deleted_at IS NULL;

CREATE INDEX ix_pipeline_owner_id_updated_at_id ON pipeline (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_pipeline_updated_at_id ON pipeline (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE product (
    code TEXT,
    category TEXT,
    unit TEXT,
    list_price BIGINT,
    active BOOLEAN,
    description TEXT,
    code_sort TEXT,
    list_price_currency VARCHAR(3),
    list_price_base BIGINT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_product_code ON product (code) WHERE deleted_at IS NULL;

CREATE INDEX ix_product_code_sort_id ON product (code_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_product_created_at_id ON product (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_product_deleted_at ON product (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_product_department_id ON product (department_id);

CREATE INDEX ix_product_list_price_base_id ON product (list_price_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_product_name_sort_id ON product (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_product_owner_id_updated_at_id ON product (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_product_updated_at_id ON product (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE role (
    "key" TEXT,
    description TEXT,
    home TEXT,
    grants TEXT,
    field_rules TEXT,
    permissions TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_role_created_at_id ON role (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_role_deleted_at ON role (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_role_department_id ON role (department_id);

CREATE INDEX ix_role_key ON role ("key") WHERE deleted_at IS NULL;

CREATE INDEX ix_role_name_sort_id ON role (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_role_owner_id_updated_at_id ON role (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_role_updated_at_id ON role (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE saved_view (
    id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    object TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    pinned BOOLEAN NOT NULL,
    position INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX ix_saved_view_owner ON saved_view (owner_id, object);

CREATE INDEX ix_saved_view_shared ON saved_view (shared, object);

CREATE TABLE search_row (
    number INTEGER NOT NULL,
    record_id TEXT NOT NULL,
    object TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    title TEXT NOT NULL,
    tokens TEXT,
    PRIMARY KEY (number),
    UNIQUE (record_id)
);

CREATE TABLE setting (
    "key" TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE task (
    subject TEXT NOT NULL,
    due_at TEXT,
    done_at TEXT,
    priority TEXT,
    about_object TEXT,
    assignee_id TEXT,
    reminder_at TEXT,
    description TEXT,
    about_id TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
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

CREATE INDEX ix_task_about_id_due_at_id ON task (about_id, due_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_assignee_id ON task (assignee_id);

CREATE INDEX ix_task_assignee_id_due_at_id ON task (assignee_id, due_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_created_at_id ON task (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_deleted_at ON task (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_task_department_id ON task (department_id);

CREATE INDEX ix_task_due_at_id ON task (due_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_name_sort_id ON task (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_owner_id_updated_at_id ON task (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_reminder_at_id ON task (reminder_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_task_updated_at_id ON task (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE unique_key (
    object TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    record_id TEXT NOT NULL,
    PRIMARY KEY (object, field, value)
);

CREATE INDEX ix_unique_key_record ON unique_key (record_id);

CREATE TABLE contact (
    account_id TEXT,
    title TEXT,
    email TEXT,
    phone TEXT,
    birthday TEXT,
    decision_role TEXT,
    description TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    name_sort TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_contact_account_id ON contact (account_id);

CREATE INDEX ix_contact_created_at_id ON contact (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contact_deleted_at ON contact (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_contact_department_id ON contact (department_id);

CREATE INDEX ix_contact_name_sort_id ON contact (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contact_owner_id_updated_at_id ON contact (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_contact_updated_at_id ON contact (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE stage (
    "key" TEXT NOT NULL,
    pipeline_id TEXT NOT NULL,
    "order" BIGINT NOT NULL,
    kind TEXT NOT NULL,
    probability BIGINT,
    forecast_category TEXT,
    color TEXT,
    required_fields TEXT,
    allowed_moves TEXT,
    rotting_days BIGINT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    name_sort TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(pipeline_id) REFERENCES pipeline (id)
);

CREATE INDEX ix_stage_created_at_id ON stage (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_stage_deleted_at ON stage (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_stage_department_id ON stage (department_id);

CREATE INDEX ix_stage_key ON stage ("key") WHERE deleted_at IS NULL;

CREATE INDEX ix_stage_name_sort_id ON stage (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_stage_order_id ON stage ("order", id) WHERE deleted_at IS NULL;

CREATE INDEX ix_stage_owner_id_updated_at_id ON stage (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_stage_pipeline_id ON stage (pipeline_id);

CREATE INDEX ix_stage_pipeline_id_order_id ON stage (pipeline_id, "order", id) WHERE deleted_at IS NULL;

CREATE INDEX ix_stage_updated_at_id ON stage (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE user (
    email TEXT NOT NULL,
    role_id TEXT NOT NULL,
    active BOOLEAN,
    manager_id TEXT,
    title TEXT,
    mobile TEXT,
    locale TEXT,
    timezone TEXT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    name_sort TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(role_id) REFERENCES role (id)
);

CREATE INDEX ix_user_created_at_id ON user (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_user_deleted_at ON user (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_user_department_id ON user (department_id);

CREATE INDEX ix_user_email ON user (email) WHERE deleted_at IS NULL;

CREATE INDEX ix_user_manager_id ON user (manager_id);

CREATE INDEX ix_user_name_sort_id ON user (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_user_owner_id_updated_at_id ON user (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_user_role_id ON user (role_id);

CREATE INDEX ix_user_updated_at_id ON user (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE api_token (
    id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT,
    expires_at TEXT,
    PRIMARY KEY (id),
    UNIQUE (secret_hash),
    FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE INDEX ix_api_token_user_id ON api_token (user_id);

CREATE TABLE invitation (
    id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_by_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (secret_hash),
    FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE INDEX ix_invitation_user_id ON invitation (user_id);

CREATE TABLE opportunity (
    code TEXT,
    account_id TEXT,
    contact_id TEXT,
    product_id TEXT,
    pipeline_id TEXT NOT NULL,
    stage_id TEXT NOT NULL,
    amount BIGINT,
    probability BIGINT,
    engaged_on TEXT,
    expected_close_date TEXT,
    closed_on TEXT,
    lost_reason TEXT,
    next_step TEXT,
    forecast_category TEXT,
    description TEXT,
    amount_currency VARCHAR(3),
    amount_base BIGINT,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    owner_id TEXT,
    department_id TEXT,
    tags TEXT,
    version BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    created_by_id TEXT,
    updated_at TEXT NOT NULL,
    updated_by_id TEXT,
    deleted_at TEXT,
    deleted_by_id TEXT,
    custom TEXT NOT NULL,
    name_sort TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account_id) REFERENCES account (id),
    FOREIGN KEY(contact_id) REFERENCES contact (id),
    FOREIGN KEY(product_id) REFERENCES product (id),
    FOREIGN KEY(pipeline_id) REFERENCES pipeline (id),
    FOREIGN KEY(stage_id) REFERENCES stage (id)
);

CREATE INDEX ix_opportunity_account_id ON opportunity (account_id);

CREATE INDEX ix_opportunity_account_id_updated_at_id ON opportunity (account_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_amount_base_id ON opportunity (amount_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_closed_on_id ON opportunity (closed_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_code_id ON opportunity (code, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_contact_id ON opportunity (contact_id);

CREATE INDEX ix_opportunity_created_at_id ON opportunity (created_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_deleted_at ON opportunity (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX ix_opportunity_department_id ON opportunity (department_id);

CREATE INDEX ix_opportunity_expected_close_date_id ON opportunity (expected_close_date, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_name_sort_id ON opportunity (name_sort, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_owner_id_stage_id_amount_base_id ON opportunity (owner_id, stage_id, amount_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_owner_id_updated_at_id ON opportunity (owner_id, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_pipeline_id ON opportunity (pipeline_id);

CREATE INDEX ix_opportunity_product_id ON opportunity (product_id);

CREATE INDEX ix_opportunity_stage_id ON opportunity (stage_id);

CREATE INDEX ix_opportunity_stage_id_amount_base_id ON opportunity (stage_id, amount_base, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_stage_id_closed_on_id ON opportunity (stage_id, closed_on, id) WHERE deleted_at IS NULL;

CREATE INDEX ix_opportunity_updated_at_id ON opportunity (updated_at, id) WHERE deleted_at IS NULL;

CREATE TABLE session (
    id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (secret_hash),
    FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE INDEX ix_session_user_id ON session (user_id);

CREATE TABLE user_preference (
    user_id TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id),
    FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE TABLE user_secret (
    user_id TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (user_id),
    FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE CASCADE
);

CREATE VIRTUAL TABLE search_index
        USING fts5(title, body, scope, tokenize="ascii tokenchars '~^!='");

