import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration import programs
from tests.integration.dovecot import Dovecot


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", file, "-out", file]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    certificate = file.with_name("certificate.pem")
    made[-1] = certificate
    subprocess.run([*made, *names], capture_output=True, check=True)
    file.write_bytes(file.read_bytes() + certificate.read_bytes())
    return file


@pytest.fixture(scope="module")
def dovecot(certificate) -> Iterator[Dovecot]:
    with programs.folder("dovecot") as folder:
        (own := folder / "both.pem").write_bytes(certificate.read_bytes())
        with Dovecot(folder, certificate=own) as server:
            yield server
