"""Rules that an administrator makes for records: what is refused, shown, required (ADR 17)."""
