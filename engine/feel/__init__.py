"""FEEL, the expression language of DMN: source text → syntax tree → closures; no Python ever runs from a diagram."""
