"""What an operator is told instead of a traceback."""

from __future__ import annotations


class OperationsError(Exception):
    """Raised when a command cannot do what it was asked; the message is all that the operator sees."""


class PlaceUnknown(OperationsError):
    """Raised when nothing says where the system is, or who asks."""


class Refused(OperationsError):
    """Raised when the system, or good sense, refuses."""
