"""Tests of the annual report: its data, its words, its files."""
