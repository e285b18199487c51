"""Reading the change log: who did what, undone by the same writes; sealed, and followed live."""
