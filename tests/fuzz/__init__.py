"""Fuzzing the verifier: honest documents are altered at random, by structure and by byte, and judged.

python -m tests.fuzz --seconds 600 --seed 1 --jobs 2

No alteration may make it raise or hang, and none that is accepted may change what is shown or stored. Every alteration
has a number, from which its randomness comes; what is found is saved with it.
"""
