"""The ways in: mail, form, API and widget, and the quarantine for what cannot be read."""
