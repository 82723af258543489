"""The portal: intake for reporters, review for the office."""

VERSION = "0.1.0"  # as pyproject.toml says
