"""Who is told what, and why: watching, mentions, notices with their reason, by desk, browser and mail."""
