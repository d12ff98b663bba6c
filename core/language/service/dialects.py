"""Spellings of dialects and of quick typing, and faces, that stand for a common word: they share its row.

What is said then counts, and not how its writer spells. Only forms that are no common English word of another
meaning are listed; what the grammar of a dialect does is left to training.
"""

from __future__ import annotations

from typing import Final

_LISTED: Final = """
tae>to fae>from wi>with wi'>with frae>from oot>out aboot>about doon>down noo>now hoose>house mair>more ower>over
dinnae>don't cannae>can't willnae>won't didnae>didn't isnae>isn't wasnae>wasn't doesnae>doesn't hasnae>hasn't
wouldnae>wouldn't couldnae>couldn't havnae>haven't haenae>haven't shouldnae>shouldn't werenae>weren't yer>your
ye>you yous>you youse>you masel>myself mah>my hae>have naw>no ken>know auld>old wisnae>wasn't summat>something
nowt>nothing owt>anything nuthin>nothing nothin>nothing somethin>something sumn>something da>the dat>that
dis>this dem>them dey>is dere>there deh>there di>the dese>these dose>those wit>with wid>with den>then
finna>gonna gon>gonna tryna>trying ima>i'll imma>i'll fo>for mi>my yuh>you nah>not nuh>not cyaan>can't
tink>think weh>what abeg>please una>you wetin>what wahala>trouble oga>sir wan>want abi>right lah>. leh>. lor>.
sia>. hor>. sha>. sef>. liao>already alr>already dun>don't amn't>isn't eejit>idiot y'all>you yall>you ya>you
u>you ur>your r>are pls>please plz>please thx>thanks tnx>thanks cuz>because cos>because bc>because ppl>people
tmrw>tomorrow tmr>tomorrow msg>message rly>really tho>though wat>what teh>the thru>through smth>something
dont>don't cant>can't isnt>isn't doesnt>doesn't didnt>didn't wont>won't wasnt>wasn't havent>haven't hasnt>hasn't
wouldnt>wouldn't couldnt>couldn't shouldnt>shouldn't arent>aren't werent>weren't im>i'm ive>i've youre>you're
thats>that's
"""
# Verbs that agree with their subject share a row too: learners and dialects let them agree otherwise.
_AGREED: Final = """
has>have hasn't>haven't is>are isn't>aren't am>are was>were wasn't>weren't does>do doesn't>don't
"""
# Faces that mean trouble nearly everywhere, and rare ones that mean the same as a commoner one. What else is drawn (a
# thumb up, a heart, tears) keeps its own row: it depends on the sentence more than a word does.
_DRAWN: Final = """
😡>annoyed 😠>annoyed 🤬>annoyed 👿>annoyed 😒>annoyed 🙄>annoyed 😑>annoyed 😤>frustrated 😩>frustrated
😫>frustrated 😖>frustrated 😣>frustrated 🤦>frustrated 😢>sad ☹>sad 🙁>sad 😥>sad 😞>disappointed 😔>disappointed
💔>heartbroken 😟>worried 😰>worried 😨>worried 😧>worried 😕>confused 🤮>disgusting 🤢>disgusting 👎>awful 💩>rubbish
🥰>😍 🤩>😍 😘>😍 😄>😀 ☺>😊 ♥>❤ 💕>❤ 💖>❤ 💗>❤ 💙>❤ 💚>❤ 💛>❤ 💜>❤ 🥳>🎉 👌>👍
"""
AGREED: Final = dict(pair.split(">") for pair in _AGREED.split())
STANDARD: Final = AGREED | {a: AGREED.get(b, b) for a, b in (pair.split(">") for pair in (_LISTED + _DRAWN).split())}
