"""The vocabulary: frozen values that two or more rooms share. Standard library only, no I/O, no clock."""
