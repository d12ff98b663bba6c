// Asks Attune's API. HubSpot signs each request and adds the user and the account; nothing here is a secret.
// https://developers.hubspot.com/docs/apps/developer-platform/add-features/ui-extensions/fetching-data
import { hubspot } from '@hubspot/ui-extensions';

export interface CardState {
  code: string;
  words: string;
  band: string | null;
}

export interface CardValue {
  key: string;
  label: string;
  help: string;
  value: string | number | boolean;
  words: string;
  band: string | null;
  confidence: number;
}

export interface CardReason {
  code: string;
  words: string;
  before: string;
  phrase: string;
  after: string;
  message: number | null;
  at: string | null;
}

export interface CardTrend {
  direction: string;
  words: string;
  points: { at: string; value: number }[];
}

export interface CardTask {
  template: string;
  subject: string;
  due_at: string;
  late: boolean;
}

export interface CardConsent {
  purpose: string;
  state: string;
  words: string;
}

export interface Card {
  level: string;
  id: string;
  state: CardState;
  values: CardValue[];
  reasons: CardReason[];
  trend: CardTrend | null;
  next_step: string | null;
  clock: { due_at: string; words: string; late: boolean } | null;
  tasks: CardTask[];
  consent: CardConsent[];
  notes: string[];
  scored_at: string | null;
  rule_version: string | null;
  stale: boolean;
  degraded: boolean;
  disputed: boolean;
  alert: boolean;
  may: string[];
}

// What came of a question: an answer, a 'no' with its words, or nobody there.
export type Outcome<T> =
  | { kind: 'answer'; content: T }
  | { kind: 'refused'; status: number; words: string }
  | { kind: 'away' };

const MILLISECONDS = 8000;
const REFUSED = 'Attune does not know this user or account yet. Ask an admin to connect it.';

export const ask = <T>(url: string): Promise<Outcome<T>> => send<T>(url, 'GET');

export const tell = <T>(url: string, body: Record<string, unknown>): Promise<Outcome<T>> =>
  send<T>(url, 'POST', body);

async function send<T>(url: string, method: 'GET' | 'POST', body?: Record<string, unknown>): Promise<Outcome<T>> {
  try {
    const response = await hubspot.fetch(url, { method, timeout: MILLISECONDS, ...(body ? { body } : {}) });
    if (response.status >= 500 || response.status === 429) {
      return { kind: 'away' };
    }
    const content = await response.json();
    if (response.status >= 400) {
      const words = response.status === 401 ? REFUSED : String(content.words ?? 'This was refused.');
      return { kind: 'refused', status: response.status, words };
    }
    return { kind: 'answer', content: content as T };
  } catch {
    // No connection, no answer in time, or an answer that is none: all the same to the reader.
    return { kind: 'away' };
  }
}
