"""The public side: views, forms, sheets."""
