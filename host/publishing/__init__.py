"""Definitions as files: checked, compared with what is in force, published, rolled back, shipped with the program."""
