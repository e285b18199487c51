"""Who may see and do what: users, roles, scopes, sign-in."""
