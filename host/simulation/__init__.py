"""A simulated year: real diagrams, queues, timers and database; people and clock are simulated."""
