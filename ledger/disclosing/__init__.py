"""What the public may read: what a department's disclosure package was approved for, and nothing filed since."""
