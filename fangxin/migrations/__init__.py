"""Schema revisions (Alembic) for both databases, and what brings a database to the newest one."""
