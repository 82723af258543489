"""The portal: intake for reporters, review for the office."""
