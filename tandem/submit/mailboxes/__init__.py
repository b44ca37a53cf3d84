"""Mailboxes elsewhere that we fetch mail from: coming in, taking what is new, and telling when it stops."""
