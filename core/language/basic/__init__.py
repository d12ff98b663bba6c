"""The baseline analyser: TextBlob's lexicon and rules, without a trained artefact. It stands in, marked ``basic``."""
