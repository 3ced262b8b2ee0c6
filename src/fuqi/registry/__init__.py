"""Households, persons and what is known of them, each with source and dates. Refuses judgement: that is determination's."""
