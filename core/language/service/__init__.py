"""The shipped analyser: NumPy only at run time, artefact in this folder."""
