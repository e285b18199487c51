"""Which fields stand where: what administrators laid out for pages, forms and side panels."""
