"""The built-in functions of FEEL, one file per kind of value; `registry` collects them."""
