"""The language of formula fields: read, checked for types, made into SQL. It knows no CRM."""
