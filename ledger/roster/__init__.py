"""The roster as people keep it: organisations in a tree, people, the roles they hold, and its xlsx."""
