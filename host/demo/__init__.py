"""The demonstration: a made-up county in the middle of its self-evaluation, and its people to sign in as."""
