"""Scheme and registry on a day: groups, disease lists, one class, the route, each with its reasons."""
