"""Bills and what each layer pays of them, posted line by line with the reason for every fen."""
