"""Records that come and go: import with maps and error rows, export with formulas defused."""
