"""SQLAlchemy rows and queries."""
