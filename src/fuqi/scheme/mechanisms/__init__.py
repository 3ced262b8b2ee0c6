"""The mechanisms of a layer, one a file: whole fen and basis points in, whole fen or exact products out."""
