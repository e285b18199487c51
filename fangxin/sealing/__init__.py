"""Encrypted fields: bound to the key ring, sealed anew, examined (ADR 21)."""
