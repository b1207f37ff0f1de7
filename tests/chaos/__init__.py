"""Chaos: real processes, killed at random, and an oracle that reads the rows afterwards."""
