"""Who we serve: accounts, the contacts there, and the installations they run."""
