"""Prometheus Alertmanager: what its webhook, version 4, says."""
