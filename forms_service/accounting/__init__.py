"""Accounting: what a verified document becomes in the books. Pure: no clock, no disk, the standard library only."""
