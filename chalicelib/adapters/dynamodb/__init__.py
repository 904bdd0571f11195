"""The table: one codec for every noun, one table of keys, one read and one transaction per request."""
