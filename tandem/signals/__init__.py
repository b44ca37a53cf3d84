"""What can break and whether it does: components, what their states mean to customers, the alerts behind them."""
