"""Other people's order data, read as ours."""
