// Stands where HubSpot's worker stands: takes what a card fetches, and answers as Attune's API would.
import type { HubSpotFetchOptions } from '@hubspot/ui-extensions';
import { createRenderer } from '@hubspot/ui-extensions/testing';
import type { WaitForOptions } from '@hubspot/ui-extensions/testing';
import type { Card } from '../src/app/cards/api.ts';

export interface Call {
  url: string;
  method: string;
  body?: Record<string, unknown>;
}

type Reply = () => Promise<Response>;

export const json =
  (content: unknown, status = 200): Reply =>
  () =>
    Promise.resolve(new Response(JSON.stringify(content), { status }));
export const page: Reply = () => Promise.resolve(new Response('<html>', { status: 200 }));
export const nobody: Reply = () => Promise.reject(new Error('no connection'));
export const silence: Reply = () => new Promise(() => undefined);

export const ORIGIN = 'https://attune.example.com';

// The vendor's renderer, patient enough for a busy machine.
export const renderer = <T extends 'crm.record.sidebar' | 'helpdesk.sidebar' | 'settings'>(place: T) => {
  const made = createRenderer(place);
  const waitFor = (check: () => void, options: WaitForOptions = { timeoutInMs: 20_000 }) => made.waitFor(check, options);
  return { ...made, waitFor };
};

// Replies in order; the last one stays.
export const backend = (...replies: Reply[]): Call[] => {
  const calls: Call[] = [];
  const worker = globalThis as unknown as { self: unknown; hsFetch: unknown };
  worker.self = globalThis;
  worker.hsFetch = (url: string, options: HubSpotFetchOptions = {}) => {
    calls.push({ url, method: options.method ?? 'GET', ...(options.body ? { body: options.body } : {}) });
    return replies[Math.min(calls.length, replies.length) - 1]();
  };
  return calls;
};

export const CARD: Card = {
  level: 'case',
  id: '123',
  state: { code: 'scored', words: 'High: needs attention soon', band: 'high' },
  values: [
    { key: 'attune_distress', label: 'Distress', help: '', value: 73, words: 'high', band: 'high', confidence: 0.82 },
    { key: 'attune_sentiment', label: 'Sentiment', help: '', value: -0.6, words: '-0.6', band: null, confidence: 0.9 },
  ],
  reasons: [
    { code: 'CANCEL_INTENT', words: 'Speaks of cancelling', before: 'I will ', phrase: 'cancel <b>today</b>', after: '.',
      message: 3, at: '2026-11-20T10:00:00+00:00' },
    { code: 'REPEAT_CONTACT', words: 'Has written repeatedly this week', before: '', phrase: '', after: '', message: null,
      at: null },
  ],
  trend: { direction: 'rising', words: 'Rising: 20 to 73', points: [] },
  next_step: 'Name who takes it on and by when.',
  clock: { due_at: '2026-11-20T14:00:00+00:00', words: 'Due in 2 h', late: false },
  tasks: [
    { template: 'high_risk_follow_up', subject: 'Follow up', due_at: '2026-11-20T14:00:00+00:00', late: false },
    { template: 'critical_callback', subject: 'Call back', due_at: '2026-11-20T09:00:00+00:00', late: true },
  ],
  consent: [{ purpose: 'service analysis', state: 'on', words: 'Allowed' }],
  notes: [],
  scored_at: '2026-11-20T11:58:00+00:00',
  rule_version: '2026.11/textblob-1',
  stale: false,
  degraded: false,
  disputed: false,
  alert: true,
  may: ['disagree', 'dismiss', 'call'],
};
