"""What can keep an engine from running.

EngineError
├── EngineUnavailable   this machine lacks something the engine needs
└── EngineFailed        the engine was started and did not come up
"""


class EngineError(Exception):
    """Base of everything that local engines raise."""


class EngineUnavailable(EngineError):
    """Raised when the machine lacks what the engine needs: Java, or its files. The message says what to do."""


class EngineFailed(EngineError):
    """Raised when the engine ended or stayed silent while it started. The message ends with its last words."""
