"""The workbench of colleagues: what matters now, the queue, and the case."""
