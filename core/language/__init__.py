"""Wording judged: what a customer's words say, what a reply holds, what follows for the case.

- before anything is judged: ``markup``, ``strip``, ``preparing``; what is looked for by pattern: ``patterns``,
  ``signals``, ``wordlists``
- who judges (``analyzers``), behind the port ``core.ports.Analyzer``: ``service`` is the trained analyser, ``basic``
  the baseline that stands in for it and that it is measured against
- which turns are judged: ``judging``; what it comes to: ``conversation``, ``distress``, ``complaint``, ``empathy``,
  ``case_scores`` with ``case_reasons``
- a draft before it is sent: ``drafts``, which reads the findings of the reply's judgement
"""
