"""Declaring objects and gathering them in the registry."""
