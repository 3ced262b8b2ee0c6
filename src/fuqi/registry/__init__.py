"""Households, persons and what is known of them, each fact with source and dates. Refuses judgement: that is determination's."""
