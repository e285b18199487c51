"""Links to several records, written down singly beside the records that hold them (ADR 25)."""
