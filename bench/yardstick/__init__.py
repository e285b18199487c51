"""The yardstick: what a specialist would write by hand for the same answers. Frozen; a change needs
an ADR.
"""
