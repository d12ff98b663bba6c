"""Training and evaluation of the shipped language artefact (extra ``[train]``)."""
