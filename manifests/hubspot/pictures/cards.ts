// What the API answers about three made-up records, and about one whose words are as awkward as words can be.
import type { Card } from '../src/app/cards/api.ts';

const NOTHING = {
  values: [], reasons: [], trend: null, next_step: null, clock: null, tasks: [], consent: [], notes: [], scored_at: null,
  rule_version: null, stale: false, degraded: false, disputed: false, alert: false, may: [],
};
const SCORED = { scored_at: '2026-11-20T11:58:00+00:00', rule_version: '2026.11/attune-1' };

export const bare = (code: string, words: string): Card => ({ ...NOTHING, level: 'case', id: '1', state: { code, words, band: null } });

export const TICKET: Card = {
  ...NOTHING,
  ...SCORED,
  level: 'case',
  id: '1',
  state: { code: 'scored', words: 'High: needs attention', band: 'high' },
  reasons: [
    { code: 'CANCEL_INTENT', words: 'Speaks of cancelling', before: 'If this is not fixed by Friday I will ',
      phrase: 'cancel my subscription', after: '.', message: 4, at: '2026-11-20T11:20:00+00:00' },
    { code: 'REPEAT_CONTACT', words: 'Has written repeatedly this week', before: '', phrase: '', after: '', message: null, at: null },
    { code: 'STRONG_FRUSTRATION', words: 'Strongly frustrated wording', before: 'I am ', phrase: 'extremely disappointed',
      after: ', I expected an answer days ago.', message: 3, at: '2026-11-20T10:30:00+00:00' },
  ],
  trend: { direction: 'rising', words: 'Rising: 20 to 73', points: [] },
  next_step: 'Answer with one concrete step: who does what, and by when.',
  clock: { due_at: '2026-11-20T14:00:00+00:00', words: 'Due in 2 h', late: false },
  tasks: [
    { template: 'high_risk_follow_up', subject: 'Follow up: case needs attention', due_at: '2026-11-20T14:00:00+00:00', late: false },
  ],
  values: [
    { key: 'attune_distress', label: 'Distress', help: '', value: 73, words: 'high', band: 'high', confidence: 0.82 },
    { key: 'attune_emotion', label: 'Tone of the messages', help: '', value: 'frustration', words: 'frustration', band: null,
      confidence: 0.78 },
  ],
  alert: true,
  may: ['disagree', 'dismiss', 'call'],
};

export const CONTACT: Card = {
  ...NOTHING,
  ...SCORED,
  level: 'person',
  id: '1',
  state: { code: 'scored', words: 'Messages may be analysed', band: 'on' },
  consent: [
    { purpose: 'service analysis', state: 'on', words: 'Allowed' },
    { purpose: 'health scoring', state: 'on', words: 'Allowed' },
    { purpose: 'research', state: 'pending', words: 'Not yet answered' },
  ],
};

export const COMPANY: Card = {
  ...NOTHING,
  ...SCORED,
  level: 'account',
  id: '1',
  state: { code: 'scored', words: 'At risk', band: 'red' },
  reasons: ['Usage went down', 'Support load is high', 'Few contacts with the account owner'].map((words, place) => (
    { code: `R${place}`, words, before: '', phrase: '', after: '', message: null, at: null }
  )),
  trend: { direction: 'falling', words: 'Falling: 61 to 38.5', points: [] },
  next_step: 'Get in touch with the account this week and ask about what changed.',
  tasks: [{ template: 'account_at_risk', subject: 'Account check-in: Firm', due_at: '2026-11-19T16:00:00+00:00', late: true }],
  clock: { due_at: '2026-11-19T16:00:00+00:00', words: 'Overdue by 20 h', late: true },
  values: [
    { key: 'attune_health_score', label: 'Health score', help: '', value: 38.5, words: '38.5', band: null, confidence: 0.85 },
    { key: 'attune_health_band', label: 'Health band', help: '', value: 'red', words: 'at risk', band: 'at risk', confidence: 0.85 },
  ],
  may: ['disagree'],
};

export const STALE: Card = {
  ...TICKET,
  values: [],
  tasks: [],
  clock: null,
  reasons: TICKET.reasons.slice(0, 1),
  stale: true,
  notes: ['Newer messages are waiting to be read; what stands here is older than 15 minutes.'],
};

const AWKWARD = [
  'Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle',
  'لقد كتبت ثلاث مرات ولم يجبني أحد حتى الآن',
  '<img src=x onerror="document.title=1"><script>document.title=2</script>',
];

export const HARD: Card = {
  ...TICKET,
  reasons: Array.from({ length: AWKWARD.length }, (_, place) => ({
    code: `R${place}`, words: 'Strongly frustrated wording', before: 'Sie schreibt: ', phrase: AWKWARD[place],
    after: '.', message: place + 1, at: '2026-11-20T10:30:00+00:00',
  })),
  tasks: [{ template: 't', subject: `Rückruf: ${AWKWARD[0]}`, due_at: '2026-11-19T16:00:00+00:00', late: true }],
  values: [],
  trend: null,
};
