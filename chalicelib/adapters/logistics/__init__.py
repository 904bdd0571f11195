"""Carrier systems: one file each, its table of codes on top. `notices` reads what they push, `systems` asks them."""
