"""Writes the artefact's model card; every figure in it comes from the same run as the report."""

from __future__ import annotations

from core.language.service.artefact import FOLDER, load

Lines = list[str]

SOURCES = """| source | licence | used for |
|---|---|---|
| GoEmotions (Demszky et al.), train part | CC BY 4.0 | the 28 emotions, polarity |
| XED, English annotations, train part | CC BY 4.0 | eight emotions of film subtitles (auxiliary) |
| VADER ground truth (tweets, product reviews, film reviews, news) | MIT | polarity |
| Stanford politeness corpus, train part | CC BY 4.0 | politeness of requests |
| banking77, train part | CC BY 4.0 | neutral service questions |
| Sentiment labelled sentences (Yelp part), train part | CC BY 4.0 | polarity |
| Skytrax lounge and seat reviews, train part | CC0 | polarity |
| Apple tweets, Data for Everyone, train part | free use | polarity of messages to a company |
| all-mpnet-base-v2 weights | Apache-2.0 | first word vectors; the teacher whose outputs the student learnt |
| `training/written/`, train part and posts | GPL-3.0-or-later, ours | service wording, emotions, replies, findings |"""

TEXT = """## What it is

A small network for English customer messages and agent replies (a width-3 convolution over words, max and
mean pooled, hashed word pairs, one hidden layer), joined with one linear head of words and word pairs for
each output but the sentiment. The network was taught by labels and by a fine-tuned MPNet that saw permitted sets only;
the heads by labels. Capitalised words that the vocabulary does not hold share one row, so that no person's name reads
better or worse than another. At run time it needs NumPy and ahocorasick_rs; lingua is asked only where the words
themselves do not settle that a text is English.

Articles are left out and forms of a verb that agree with its subject share a row, so that who leaves out or
confuses them reads the same. Which of the 28 emotions are told is decided family by family (Ekman's six and
neutral), each with a threshold of its own.

## Use it for

Showing agents and leads how a customer fares and what a reply lacks, with the words that say so.
Scores are advice. It must not decide about a person alone, rank or rate employees, or read anything
but text that customers wrote; a staff member's feelings are never computed (the wording of a reply is
rated against a rubric, nothing else).

## What it learnt from

"""

LIMITS = """## Known limits

- English only; anything else is refused as LANGUAGE_UNSUPPORTED. Short texts in another language
  (under four words) are taken for the tenant's language.
- Sarcasm and polite fury are the hardest registers; see the slices.
- The written sets are written, not collected, by few writers with one label guide. The test part
  shares their style: real traffic will be harder. Measure on your own tickets before you rely on it.
- The escalation probability rests on written messages; the conversation's factors are judgement. It
  is calibrated on written messages only. Wording predicts escalation weakly; no causal claim is made.
- Findings on replies are hints. Over-promises, admissions of fault, jargon and set phrases are mostly found; veiled
  blame and dismissal often are not, so a silent coach does not mean a good reply.
- The spellings of dialects that are looked through are a list (`dialects.py`); other spellings and grammar still move
  the score, see the report's table.
- The prior of the sentiment is that of complaints (six in ten negative): where most messages are neutral, expect more
  neutral texts read as negative.
- Hard signals come from a lexicon: it quotes what it found and misses what is told without its words.
"""


def card(sections: dict[str, Lines]) -> str:
    """The whole card from chosen sections of the report."""
    wanted = (
        "Sentiment, three ways",
        "Calibration",
        "False alarms on neutral text",
        "GoEmotions dev",
        "Replies: findings",
        "Speed, memory, size",
    )
    figures = [line for name in wanted for line in (f"### {name}", "", *sections[name], "")]
    return (
        "\n".join(
            [
                f"# Model card: Attune language {load().version}",
                "",
                TEXT + SOURCES,
                "",
                LIMITS,
                "## Figures (from `make evaluate`; all of them in `docs/language-report.md`)",
                "",
                *figures,
            ]
        ).rstrip()
        + "\n"
    )


def write(sections: dict[str, Lines]) -> None:
    """Write it beside the artefact."""
    (FOLDER / "MODEL_CARD.md").write_text(card(sections), encoding="utf-8")
