"""Forward migrations; there are no others."""
