"""What people fill in: form definitions as data and the one validator."""
