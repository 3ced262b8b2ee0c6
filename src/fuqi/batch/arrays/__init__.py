"""Files of claims as arrays: read, ordered, settled and written by machine code; needs the extra `batch`.

Each file is read here only as far as it is plain; whatever needs judgement goes to the careful reader or to plain Python.
"""
