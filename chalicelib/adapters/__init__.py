"""The only room that speaks to the outside: each port's real answer."""
