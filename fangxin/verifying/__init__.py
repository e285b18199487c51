"""The acceptance report of the mission: each of its sentences that can be asked from outside, asked
of a running server over HTTP as any program would.
"""
