"""One box over all objects: asking the index, testing rights, ranking, and saying what was met."""
