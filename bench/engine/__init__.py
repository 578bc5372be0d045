"""What the engine's kernels cost and how good they are, beside what else could be used."""
