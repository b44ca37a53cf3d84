from tandem.signals.tests.conftest import exports, hook, told

__all__ = ["exports", "hook", "told"]
