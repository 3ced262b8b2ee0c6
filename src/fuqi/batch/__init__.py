"""Settles whole files of claims: columns in, columns out; the only room that turns a scheme's kernel into machine code."""
