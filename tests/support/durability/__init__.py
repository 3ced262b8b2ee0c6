"""What the proofs of durability stand on: a disk that forgets, a writer that is killed, and the state that is left."""
