"""What `bihuan bench` measures: one module per theme, each figure with its target."""
