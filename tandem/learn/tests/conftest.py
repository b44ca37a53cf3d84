from tandem.resolve.tests.conftest import asked, friday, resolution, tried

__all__ = ["asked", "friday", "resolution", "tried"]
