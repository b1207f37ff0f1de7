"""The compiler: each kind of syntax node becomes one closure over the closures of its parts."""
