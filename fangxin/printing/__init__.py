"""Printing records as documents: HTML to read and print, PDF to send."""
