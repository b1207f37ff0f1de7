"""The long load: people at work for half an hour while processes are killed, and what became of it."""
