"""The tests; see README.md for how to run them."""
