"""Moving a whole installation: backup into one file, restore from it, copy between databases."""
