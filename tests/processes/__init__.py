"""Tests over the factory processes: how they are drawn, and each of their paths."""
