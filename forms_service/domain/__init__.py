"""The office's rules, pure: standard library only; no clock, disk, network or randomness."""
