"""What both sides share of HTTP."""
