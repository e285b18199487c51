"""Changing custom fields that records hold values of: what uses one, unique, another type."""
