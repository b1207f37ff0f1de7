"""What is wrong with a diagram, said before it runs: one module per kind of problem."""
