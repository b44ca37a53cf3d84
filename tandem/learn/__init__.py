"""What cases teach: articles, drafted from the ledger, reviewed by people, published for all."""
