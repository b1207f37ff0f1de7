"""DMN 1.3–1.5 decisions: read once, checked statically, decided by FEEL."""
