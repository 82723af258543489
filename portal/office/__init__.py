"""Every use case, one module per noun."""
