"""The rules of the house as code. Each has a test that shows what it catches."""
