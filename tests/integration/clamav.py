"""A clamd of its own, that knows one harmful thing: what we have told it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.running import eventually

HARMFUL = b"not really harmful, but clamd was told so"
CONFIGURATION = """
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
Foreground yes
StreamMaxLength 1M
"""


class Clamd:
    """`with Clamd() as clamd:` starts it; it answers at `clamd.socket`."""

    def __enter__(self) -> "Clamd":
        # Not below pytest's own folder: the path of a socket may have 107 letters.
        self.folder = tempfile.TemporaryDirectory(prefix="tandem-clamd-")
        place = Path(self.folder.name)
        self.socket = str(place / "clamd.sock")
        (place / "signatures").mkdir()
        (place / "signatures" / "ours.ndb").write_text(f"Tandem.Test:0:*:{HARMFUL.hex()}\n")
        (place / "clamd.conf").write_text(CONFIGURATION.format(folder=place))
        program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
        assert program, "There is no clamd; bin/testkit installs it."
        place.chmod(0o755)
        self.process = subprocess.Popen(
            [program, "-c", place / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        eventually(Path(self.socket).exists)
        return self

    def __exit__(self, *told: object) -> None:
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()
