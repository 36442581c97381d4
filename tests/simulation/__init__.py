"""Deterministic simulation: the whole product in one process, under one seed, against everything that can go wrong.

A story is data (`story`), played on a stage with its own time (`stage`) in a town of two services and two processes
(`town`), judged at the door of the books and after every deed (`laws`), and cut down to its shortest when it fails
(`shrink`).
"""
