"""Pages over HTTP: who, parse, one use-case, answer; no rules. Being built."""
