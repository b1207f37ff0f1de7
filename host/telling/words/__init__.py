"""Words and shapes of letters, as data: a TOML file for each language, a template for each kind of letter."""
