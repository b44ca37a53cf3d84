"""A child process that does not outlive its parent, however the parent ends."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# Looked up before any fork: a child between fork and exec must not load a library.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with_parent(how: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to send us `how` when the thread that started us ends. Elsewhere than Linux: nothing.

    A new program (exec) keeps it; a change of user forgets it, so call it after that.
    """
    if _prctl is not None:
        parent = os.getppid()
        _prctl(PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:
            os.kill(os.getpid(), how)
