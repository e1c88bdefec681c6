"""The desk: one use-case a module; the only code that mixes rules and input or output. It holds the Office."""
