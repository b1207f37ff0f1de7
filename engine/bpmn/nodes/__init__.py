"""The elements of a diagram as they behave at run time, one family per module."""
