"""The sport: what happened, who is where, and what the rulebook says it means.

Standard library only; no input or output, no clock, no async. Values in, values out.
"""
