"""What an administrator makes: custom fields and objects, checked, stored, indexed."""
