"""Sharing single records with people, roles and departments, and telling who sees them."""
