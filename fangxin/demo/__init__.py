"""Demonstration data: believable, in Chinese and English, the same for the same seed, and cleared
by one call.
"""
