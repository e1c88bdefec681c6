"""The views: who, parse, one call into the house, answer. One blueprint a page family."""
