"""A diagram, a table or a form of the workshop as its page shows it."""
