import {
  Alert, Button, EmptyState, ErrorState, Form, LoadingButton, LoadingSpinner, Select, StatusTag, Tag, Text, TextArea,
} from '@hubspot/ui-extensions';
import { describe, expect, it, vi } from 'vitest';
import { RecordCard } from '../src/app/cards/RecordCard.tsx';
import { RECORDS } from '../src/app/cards/catalogue.ts';
import { CARD, ORIGIN, backend, json, nobody, page, silence, renderer } from './backend.ts';

const TICKET = '0-5';

const show = (objectTypeId = TICKET, place: 'crm.record.sidebar' | 'helpdesk.sidebar' = 'crm.record.sidebar') => {
  const done: string[] = [];
  const made = renderer(place);
  const context = {
    ...made.mocks.context,
    crm: { objectId: 123, objectTypeId },
    variables: { ATTUNE_ORIGIN: ORIGIN },
  };
  made.render(<RecordCard context={context} onDone={(words) => done.push(words)} />);
  const said = () => made.getRootNode().toString();
  return { ...made, said, done };
};

describe('the card of a record', () => {
  it('says that it is asking', async () => {
    const calls = backend(silence);
    const { find } = show();
    await vi.waitFor(() => expect(calls.length).toBe(1));
    expect(find(LoadingSpinner).props.label).toBe('Asking Attune');
  });

  it.each([
    ['0-5', 'cases'],
    ['0-1', 'people'],
    ['0-2', 'accounts'],
  ])('asks for %s under /%s', async (objectTypeId, path) => {
    const calls = backend(json(CARD));
    const { waitFor, find } = show(objectTypeId);
    await waitFor(() => find(StatusTag));
    expect(calls).toEqual([{ url: `${ORIGIN}/api/v1/${path}/123`, method: 'GET' }]);
  });

  it('shows state, reasons with the quoted phrase, trend, tasks, values and consent', async () => {
    backend(json(CARD));
    const { waitFor, find, said } = show();
    await waitFor(() => find(StatusTag));
    expect(find(StatusTag).text).toBe('High: needs attention soon');
    expect(find(StatusTag).props.variant).toBe('warning');
    expect(find(Tag).text).toBe('Overdue');
    for (const words of ['Speaks of cancelling', 'Rising: 20 to 73', 'Name who takes it on', 'Follow up', '73 (high)',
      'Confidence 82 %', 'service analysis', 'Allowed', 'Open tasks: due in 2 h', '2026.11/textblob-1']) {
      expect(said()).toContain(words);
    }
  });

  it('is the same in the help desk', async () => {
    const calls = backend(json(CARD));
    const { waitFor, find, said } = show(TICKET, 'helpdesk.sidebar');
    await waitFor(() => find(StatusTag));
    expect(calls[0]?.url).toBe(`${ORIGIN}/api/v1/cases/123`);
    expect(said()).toContain('Speaks of cancelling');
  });

  it('shows what a customer wrote as text, whatever it is', async () => {
    backend(json(CARD));
    const { waitFor, find, findAll } = show();
    await waitFor(() => find(StatusTag));
    expect(findAll(Text).map((one) => one.text)).toContain('cancel <b>today</b>');
  });

  it.each([
    ['empty', 'Nothing scored yet'],
    ['no_view', 'Your role has no view here'],
    ['observing', 'Trial period: scores are kept, not shown'],
    ['not_permitted', 'Not analysed: the person is a minor.'],
  ])('draws the state %s', async (code, words) => {
    const bare = { values: [], reasons: [], tasks: [], consent: [], trend: null, clock: null, next_step: null, may: [] };
    backend(json({ ...CARD, ...bare, state: { code, words, band: null } }));
    const { waitFor, find, maybeFind } = show();
    await waitFor(() => find(EmptyState));
    expect(find(EmptyState).props.title).toBe(words);
    expect(maybeFind(Button)).toBeNull();
  });

  it('shows only the band to somebody who sees no more', async () => {
    const bare = { reasons: [], tasks: [], consent: [], trend: null, clock: null, next_step: null, may: [], level: 'account' };
    const value = { key: 'attune_health_band', label: 'Health band', help: '', value: 'amber', words: 'needs attention',
      band: 'needs attention', confidence: 0.7 };
    backend(json({ ...CARD, ...bare, values: [value], state: { code: 'scored', words: 'Needs attention', band: 'amber' } }));
    const { waitFor, find, maybeFind, said } = show('0-2');
    await waitFor(() => find(StatusTag));
    expect(said()).toContain('amber (needs attention)');
    expect(said()).not.toContain('Why');
    expect(maybeFind(Button)).toBeNull();
  });

  it('says that it is stale or degraded and still shows the rest', async () => {
    const note = 'Newer messages are waiting to be read; what stands here is older than 15 minutes.';
    backend(json({ ...CARD, stale: true, degraded: true, notes: [note] }));
    const { waitFor, find } = show();
    await waitFor(() => find(StatusTag));
    expect(find(Alert).props.variant).toBe('warning');
    expect(find(Alert).text).toBe(note);
  });

  it.each([
    [401, 'SIGN_IN', 'Attune does not know this user or account yet. Ask an admin to connect it.'],
    [403, 'NOT_YOURS', 'Your role may not do this.'],
  ])('shows a locked state at %i', async (status, code, words) => {
    backend(json({ code, words: 'Your role may not do this.' }, status));
    const { waitFor, find, mocks } = show();
    await waitFor(() => find(ErrorState));
    expect(find(ErrorState).props.type).toBe('lock');
    expect(find(ErrorState).find(Text).text).toBe(words);
    // A refused reader gets nothing from the record either.
    expect(mocks.useCrmProperties.called).toBe(false);
  });

  it('has nothing for other records', () => {
    const calls = backend(json(CARD));
    expect(show('0-3').find(EmptyState).props.title).toBe('Nothing to show here');
    expect(calls).toEqual([]);
  });
});

describe('while Attune is away', () => {
  it.each([
    ['no connection', nobody],
    ['a fault', json({}, 503)],
    ['too many questions', json({}, 429)],
    ['an answer that is none', page],
  ])('falls back to the property of the record: %s', async (_, reply) => {
    backend(reply);
    const { waitFor, find, said, mocks } = show();
    mocks.useCrmProperties.willCall(() => ({
      properties: { attune_risk_flag: 'high' }, error: null, isLoading: false, isRefetching: false,
      refetch: () => Promise.resolve(),
    }));
    await waitFor(() => find(Alert));
    expect(find(Alert).props.title).toBe('Attune cannot be reached');
    expect(mocks.useCrmProperties.calls[0][0]).toEqual(['attune_risk_flag']);
    expect(said()).toContain(RECORDS[TICKET].words.high);
  });

  it('says so when the record has nothing, and asks again on request', async () => {
    const calls = backend(nobody, json(CARD));
    const { waitFor, find, said, mocks } = show('0-2');
    mocks.useCrmProperties.willCall(() => ({
      properties: {}, error: null, isLoading: false, isRefetching: false, refetch: () => Promise.resolve(),
    }));
    await waitFor(() => find(Alert));
    expect(said()).toContain('Nothing is written on this company.');
    find(Button).trigger('onClick');
    await waitFor(() => find(StatusTag));
    expect(calls.length).toBe(2);
  });
});

describe('answers', () => {
  const button = (shown: ReturnType<typeof show>, words: string) => shown.find(Button, (one) => one.text === words);

  it('sends a disagreement with its reason, says thank you and reads the card again', async () => {
    const words = 'Thank you. A person will look at this score.';
    const calls = backend(json(CARD), json({ done: true, words }), json({ ...CARD, disputed: true }));
    const shown = show();
    await shown.waitFor(() => shown.find(StatusTag));
    button(shown, 'Disagree').trigger('onClick');
    await shown.waitFor(() => shown.find(Form));
    expect(shown.find(LoadingButton).props.disabled).toBe(true);
    expect(shown.find(Select).props.options.map((one) => one.value)).toContain('too_high');
    shown.find(Select).props.onChange?.('too_high');
    shown.find(TextArea).props.onInput?.('She was joking.');
    await shown.waitFor(() => expect(shown.find(LoadingButton).props.disabled).toBe(false));
    shown.find(Form).trigger('onSubmit');
    await shown.waitFor(() => expect(shown.done).toEqual([words]));
    expect(calls[1]).toEqual({
      url: `${ORIGIN}/api/v1/cases/123/disagreement`, method: 'POST',
      body: { reason: 'too_high', words: 'She was joking.' },
    });
    await shown.waitFor(() => expect(calls.length).toBe(3));
  });

  it('asks a supervisor, and says when that was not possible', async () => {
    const words = 'Attune does not write for your organisation at the moment.';
    backend(json(CARD), json({ code: 'NOT_LIVE', words }, 409));
    const shown = show();
    await shown.waitFor(() => shown.find(StatusTag));
    button(shown, 'Ask a supervisor').trigger('onClick');
    await shown.waitFor(() => shown.find(Alert));
    expect(shown.find(Alert).text).toBe(words);
    expect(shown.done).toEqual([]);
  });

  it('offers only what the reader may do', async () => {
    backend(json({ ...CARD, may: ['disagree'] }));
    const shown = show();
    await shown.waitFor(() => shown.find(StatusTag));
    expect(shown.findAll(Button).map((one) => one.text)).toEqual(['Disagree']);
  });
});
