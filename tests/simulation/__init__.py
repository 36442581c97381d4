"""Deterministic simulation: the whole product in one process, under one seed, against everything that can go wrong.

A story is data (`story`), made up from a seed (`compose`) and played (`play`) on a stage with its own time (`stage`),
in a town of two services and two processes (`town`). Its writes are judged at the door of the books (`door`), its
end by what adds up (`rest`), and a story that fails is cut down to its shortest (`shrink`).
"""
