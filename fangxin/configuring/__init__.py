"""Settings that can be trusted: each change told and reverted, all of them carried as one file."""
