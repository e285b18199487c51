"""Who is given what beyond his own: sharing rules, and what a changed role would give or take."""
