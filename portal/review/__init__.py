"""The office side: views, forms, sheets."""
