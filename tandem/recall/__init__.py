"""One search over everything colleagues may read: cases and what was said, articles, accounts, people."""
