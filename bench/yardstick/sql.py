# ruff: noqa: E501 - a column list reads better on the lines of its statement
"""The yardstick's constant SQL."""

from __future__ import annotations

CALLER = """
SELECT u.id, u.department_id FROM api_token t JOIN "user" u ON u.id = t.user_id
WHERE t.secret_hash = $1 AND u.active AND u.deleted_at IS NULL"""
LIST = """
SELECT o.id, o.version, o.name, o.amount, o.amount_currency, o.expected_close_date,
       o.stage_id, s.name, o.account_id, a.name, o.owner_id, u.name, o.amount_base
FROM opportunity o LEFT JOIN stage s ON s.id = o.stage_id LEFT JOIN account a ON a.id = o.account_id
LEFT JOIN "user" u ON u.id = o.owner_id
WHERE o.deleted_at IS NULL AND o.owner_id = $1 AND o.stage_id = $2 AND o.amount_base IS NOT NULL
ORDER BY o.amount_base DESC, o.id DESC LIMIT 51"""
COUNT = """
SELECT count(*) FROM (SELECT 1 FROM opportunity o
WHERE o.deleted_at IS NULL AND o.owner_id = $1 AND o.stage_id = $2 LIMIT 1001) x"""
GET = """
SELECT a.id, a.version, a.name, a.code, a.industry, a.phone, a.email, a.website, a.employees, a.annual_revenue,
       a.annual_revenue_currency, a.status, a.source, a.credit_code, a.description, a.tags, a.address_country,
       a.address_region, a.address_city, a.address_district, a.address_street, a.address_postcode, a.parent_id,
       p.name, a.owner_id, u.name, a.department_id, d.name, a.created_at, a.created_by_id, c.name, a.updated_at,
       a.updated_by_id, m.name
FROM account a LEFT JOIN account p ON p.id = a.parent_id LEFT JOIN "user" u ON u.id = a.owner_id
LEFT JOIN department d ON d.id = a.department_id LEFT JOIN "user" c ON c.id = a.created_by_id
LEFT JOIN "user" m ON m.id = a.updated_by_id
WHERE a.id = $1 AND a.deleted_at IS NULL AND a.owner_id = $2"""
ACCOUNT_SEEN = "SELECT id FROM account WHERE id = $1 AND deleted_at IS NULL AND owner_id = $2"
STAGE = "SELECT id, pipeline_id, probability, forecast_category FROM stage WHERE key = $1 AND deleted_at IS NULL"
NUMBERS = """
INSERT INTO counter (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value"""
INSERT = """
INSERT INTO opportunity (id, name, name_sort, code, account_id, pipeline_id, stage_id, amount, amount_currency,
  amount_base, probability, forecast_category, expected_close_date, owner_id, department_id, version, created_at,
  created_by_id, updated_at, updated_by_id, stage_entered_at, custom)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'CNY', $8, $9, $10, $11, $12, $13, 1, $14, $12, $14, $12, $14, '{}')"""
LOG = """
WITH s AS (INSERT INTO change_set (id, at, actor_id, source, kind, object, label, state, count)
  VALUES ($1, $2, $3, 'api', $4, 'opportunity', '', 'closed', 1)),
c AS (INSERT INTO change (at, xid, change_set_id, actor_id, source, object, record_id, verb, version)
  VALUES ($2, pg_current_xact_id()::text::bigint, $1, $3, 'api', 'opportunity', $5, $4, $6) RETURNING seq)
INSERT INTO change_payload (seq, at, salt, payload) SELECT c.seq, $2, $7, $8 FROM c"""
KEY = "INSERT INTO unique_key (object, field, value, record_id) VALUES ('opportunity', 'code', $1, $2)"
TOKENS = """
INSERT INTO search_row (record_id, object, owner_id, department_id, title, tokens)
VALUES ($1, 'opportunity', $2, $3, $4, $5::text::tsvector)"""
CREATED = """
SELECT o.id, o.version, o.name, o.code, o.tags, o.engaged_on, o.expected_close_date, o.closed_on, o.lost_reason, o.next_step,
       o.forecast_category, o.description, o.created_at, o.updated_at, o.stage_entered_at, o.amount, o.amount_currency, o.probability,
       round(o.amount_base * o.probability / 1000000.0)::bigint, o.account_id, a.name, o.contact_id, k.name, o.product_id, p.name,
       o.pipeline_id, l.name, o.stage_id, s.name, o.owner_id, u.name, o.department_id, d.name, o.created_by_id, c.name,
       o.updated_by_id, m.name
FROM opportunity o LEFT JOIN stage s ON s.id = o.stage_id LEFT JOIN account a ON a.id = o.account_id
LEFT JOIN contact k ON k.id = o.contact_id LEFT JOIN product p ON p.id = o.product_id
LEFT JOIN pipeline l ON l.id = o.pipeline_id LEFT JOIN department d ON d.id = o.department_id
LEFT JOIN "user" u ON u.id = o.owner_id LEFT JOIN "user" c ON c.id = o.created_by_id
LEFT JOIN "user" m ON m.id = o.updated_by_id WHERE o.id = $1"""
LOCK = """
SELECT o.version, o.stage_id, (SELECT kind FROM stage WHERE id = o.stage_id), o.probability, o.forecast_category,
       o.stage_entered_at
FROM opportunity o WHERE o.id = $1 AND o.deleted_at IS NULL AND o.owner_id = $2 FOR UPDATE"""
MOVE = """
UPDATE opportunity SET stage_id = $2, probability = $3, forecast_category = $4, version = version + 1,
  stage_entered_at = $5, updated_at = $5, updated_by_id = $6 WHERE id = $1 AND version = $7"""
SUMS = """
SELECT o.stage_id, (SELECT name FROM stage WHERE id = o.stage_id), sum(o.amount_base)::bigint, count(*)
FROM opportunity o WHERE o.deleted_at IS NULL GROUP BY 1 ORDER BY 1, 2 LIMIT 1000"""
FOUND = """
SELECT object, record_id, title FROM (
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $1::text::tsquery)) UNION ALL
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $2::text::tsquery)) UNION ALL
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $3::text::tsquery)
  AND ts_match_vq(tokens, (SELECT $6::text::tsquery))) UNION ALL
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $4::text::tsquery)
  AND ts_match_vq(tokens, (SELECT $6::text::tsquery))) UNION ALL
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $5::text::tsquery)
  AND ts_match_vq(tokens, (SELECT $6::text::tsquery)))) f LIMIT 120"""
PARTS = """
SELECT object, record_id, title FROM (
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $1::text::tsquery)
  AND ts_match_vq(tokens, (SELECT $4::text::tsquery))) UNION ALL
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $2::text::tsquery)
  AND ts_match_vq(tokens, (SELECT $4::text::tsquery))) UNION ALL
(SELECT object, record_id, title FROM search_row WHERE tokens @@ (SELECT $3::text::tsquery)
  AND ts_match_vq(tokens, (SELECT $4::text::tsquery)))) f LIMIT 120"""

DETAILS = """
SELECT a.id, a.industry, u.name, ARRAY[a.code, a.phone, a.email, a.website, a.credit_code]
FROM account a LEFT JOIN "user" u ON u.id = a.owner_id WHERE a.id = ANY ($1::text[]::uuid[]) AND a.deleted_at IS NULL
UNION ALL SELECT k.id, a.name, k.title, ARRAY[k.email, k.phone]
FROM contact k LEFT JOIN account a ON a.id = k.account_id WHERE k.id = ANY ($1::text[]::uuid[]) AND k.deleted_at IS NULL
UNION ALL SELECT o.id, a.name, o.expected_close_date::text, ARRAY[o.code]
FROM opportunity o LEFT JOIN account a ON a.id = o.account_id WHERE o.id = ANY ($1::text[]::uuid[]) AND o.deleted_at IS NULL
UNION ALL SELECT c.id, c.kind, to_char(c.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ARRAY[c.name, c.body]
FROM activity c WHERE c.id = ANY ($1::text[]::uuid[]) AND c.deleted_at IS NULL
UNION ALL SELECT t.id, to_char(t.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), t.priority, ARRAY[t.name]
FROM task t WHERE t.id = ANY ($1::text[]::uuid[]) AND t.deleted_at IS NULL"""
