"""Single records: with whom they are shared, who sees them and why, who looked at masked fields."""
