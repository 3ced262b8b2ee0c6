"""Treatment: treat-first agreements, and why somebody is not treated yet."""
