import { Alert, Link, LoadingSpinner, TableRow } from '@hubspot/ui-extensions';
import { describe, expect, it, vi } from 'vitest';
import { SettingsPage } from '../src/app/settings/SettingsPage.tsx';
import { FIELDS, SCOPES } from '../src/app/settings/catalogue.ts';
import { ORIGIN, backend, json, nobody, silence, renderer } from './backend.ts';

const show = () => {
  const made = renderer('settings');
  const context = { ...made.mocks.context, variables: { ATTUNE_ORIGIN: ORIGIN } };
  made.render(<SettingsPage context={context} />);
  return made;
};

describe('the settings page', () => {
  it('says that it is asking', async () => {
    const calls = backend(silence);
    const { find } = show();
    await vi.waitFor(() => expect(calls.length).toBe(1));
    expect(find(LoadingSpinner).props.label).toBe('Asking Attune');
  });

  it.each([
    ['Connected', json({})],
    ['Not connected', json({ code: 'SIGN_IN', words: '' }, 401)],
    ['Attune cannot be reached', json({}, 503)],
    ['Attune cannot be reached', nobody],
  ])('says: %s', async (title, reply) => {
    backend(reply);
    const { waitFor, find } = show();
    await waitFor(() => find(Alert));
    expect(find(Alert).props.title).toBe(title);
  });

  it('lists every property and every scope, and leads to the console', async () => {
    backend(json({}));
    const { waitFor, find, findAll } = show();
    await waitFor(() => find(Alert));
    expect(findAll(TableRow).length).toBe(2 + FIELDS.length + SCOPES.length);
    expect(find(Link).props.href).toEqual({ url: ORIGIN, external: true });
  });
});
