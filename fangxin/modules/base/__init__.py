"""Objects that all modules may import."""
