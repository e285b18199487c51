"""The engine: every read and write of records, a step a file."""
