"""The fuse box: settings, addresses, processes. Everything may be imported here; nobody imports from here."""
