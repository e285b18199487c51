"""Measurements: the engine's price beside hand-written endpoints, memory, rates."""
