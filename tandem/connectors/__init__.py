"""One folder per vendor, all alike. They speak the vendor's language, know no case, and give plain values."""
