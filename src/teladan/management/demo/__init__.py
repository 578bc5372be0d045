"""The demo: shipped facts, and beside them three simulated editions that say so in every row."""
