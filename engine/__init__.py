"""The core: expressions, decisions, diagrams, tasks, timers, storage. It knows no budget word."""
