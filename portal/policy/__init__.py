"""Versioned rules as data, and the loader that reads them."""
