"""Attune's judgement and its memory; imports nothing else of the project."""
