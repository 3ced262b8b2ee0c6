"""A person, a settlement, a received row, each with its sources."""
