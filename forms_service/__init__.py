"""Controlled business forms that prove themselves."""
