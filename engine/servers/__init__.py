"""Simulated database servers: what each does with a batch, where it keeps it, and what is lost on the way.

A table engine decides, purely, what a request does. A server is a process of the machine with files on its disk. A
connection carries requests to it and answers back, with whatever faults are in force between.
"""
