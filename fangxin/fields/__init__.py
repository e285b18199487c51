"""One class per field type, one file per family."""
