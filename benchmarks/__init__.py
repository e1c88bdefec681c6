"""What `make bench` times. Figures are medians of interleaved rounds; nothing here is asserted in a test."""
