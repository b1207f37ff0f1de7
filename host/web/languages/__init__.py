"""The words of the pages in other languages: Chinese is the key, `en.toml` the English."""
