"""Policy packs: what a jurisdiction decided, where each value comes from, and what follows from it."""
