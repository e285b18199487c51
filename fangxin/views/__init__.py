"""Saved views: what each keeps of a list, and shares; those that others use are settings."""
