"""Partners on this machine: they speak the real protocols, keep their own books, and misbehave on demand."""
