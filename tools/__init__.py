"""What the commands of the house run; the product needs nothing of it."""
