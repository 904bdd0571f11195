"""The whole system on one machine; nothing here ships."""
