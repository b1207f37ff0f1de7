"""The channels, a file each; none knows another."""
