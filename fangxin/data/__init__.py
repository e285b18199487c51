"""What works on many records: import, export, search."""
