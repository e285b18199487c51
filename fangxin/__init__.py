"""放心 CRM: one engine for every record, change and right."""
