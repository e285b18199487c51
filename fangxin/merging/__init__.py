"""Records that are the same thing twice: found, explained, reviewed, merged."""
