"""The command line `bihuan`."""
