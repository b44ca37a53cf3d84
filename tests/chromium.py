"""A real Chromium for the tests: the one that was told, the system's, or Playwright's own. `python -m tests.chromium` gets one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
PACKAGES = {
    "apt-get": ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"],
    "dnf": ["dnf", "install", "--assumeyes", "chromium"],
    "apk": ["apk", "add", "chromium"],
}


def find() -> str | None:
    """Its path: $TANDEM_CHROMIUM, else the system's, else the one Playwright installed; None if there is none that runs."""
    told = os.environ.get("TANDEM_CHROMIUM")
    candidates = [told] if told else [*filter(None, map(shutil.which, NAMES)), _playwrights_own()]
    return next((path for path in candidates if path and _runs(path)), None)


def get() -> str | None:
    """Find one, else install one, as gently as that can be done; never when we were told which to use."""
    if "TANDEM_CHROMIUM" in os.environ:
        return find()
    return find() or _from_playwright() or _from_the_system()


def _playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _runs(path: str) -> bool:
    if not Path(path).exists():
        return False
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _from_playwright() -> str | None:
    _try([sys.executable, "-m", "playwright", "install", "chromium"])
    return find()


def _from_the_system() -> str | None:
    if os.geteuid() != 0:
        return None
    for manager, command in PACKAGES.items():
        if shutil.which(manager):
            if manager == "apt-get":
                _try(["apt-get", "update"])
            _try(command)
            return find()
    return None


def _try(command: list[str]) -> None:
    print(f"Trying {' '.join(command)}", flush=True)
    subprocess.run(
        command, stdout=subprocess.DEVNULL, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, check=False
    )


def main() -> int:
    if path := get():
        print(f"The browser tests use {path}")
        return 0
    print(
        "The browser tests need Chromium, and neither Playwright nor the package manager brought one that runs.\n"
        "Install Chromium or Google Chrome, or say where it is in TANDEM_CHROMIUM, then try again.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
