"""What we tell people about components: support at the desk, everybody on the status page."""
