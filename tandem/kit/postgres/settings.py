"""What we ask of PostgreSQL."""

from pathlib import Path

DATABASE = "tandem"
SUPERUSER = "postgres"

# Written into postgresql.conf of a new cluster, where an operator may change them.
_FIRST = {
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_max_workers": "2",
    "io_workers": "1",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def for_initdb(*, fsync: bool) -> list[str]:
    return [
        f"--username={SUPERUSER}",
        "--auth=trust",  # whoever may enter the directory of the socket is the owner
        "--encoding=UTF8",
        # PostgreSQL's own: sorts the same for ever, whatever the operating system's next version thinks.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        "--data-checksums",
        *([] if fsync else ["--no-sync"]),
        *(f"--set={name}={value}" for name, value in _FIRST.items()),
    ]


def for_server(sockets: Path, *, fsync: bool) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
    }
    return [f"--{name}={value}" for name, value in (settings | ({} if fsync else _CARELESS)).items()]
