"""The journal for the auditor: its entries, and who saw a person."""
