"""How fast, beside a bare baseline of the same stack in the same run. `make bench`."""
