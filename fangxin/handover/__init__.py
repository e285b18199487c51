"""A user who leaves: all that he holds goes to others, in one change set that can be undone."""
