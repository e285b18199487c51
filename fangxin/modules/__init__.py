"""What is special: objects, actions and transitions of each area."""
