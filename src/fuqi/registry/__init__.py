"""Households, persons and what is known of them, each fact with its source and dates. Refuses judgement: that is determination's."""
