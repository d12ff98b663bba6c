// Writes build/trees.json: what the vendor's test kit says was rendered, for every picture. Nothing is drawn here.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { RenderedNode } from '@hubspot/ui-extensions/testing';
import { RecordCard } from '../src/app/cards/RecordCard.tsx';
import { SettingsPage } from '../src/app/settings/SettingsPage.tsx';
import { ORIGIN, backend, json, nobody, renderer, silence } from '../tests/backend.ts';
import { COMPANY, CONTACT, HARD, STALE, TICKET, bare } from './cards.ts';

interface Drawn {
  name: string;
  props: Record<string, unknown>;
  children: (Drawn | string)[];
}

const NOT_YOURS = { code: 'NOT_YOURS', words: 'Your role may not do this.' };
const TICKET_TYPE = '0-5';
// Picture -> title, type of the record, what the server answers, and the part whose appearing ends the wait.
const CARDS: Record<string, [string, string, Parameters<typeof backend>[0], string]> = {
  ticket: ['On a ticket', TICKET_TYPE, json(TICKET), 'StatusTag'],
  contact: ['On a contact', '0-1', json(CONTACT), 'StatusTag'],
  company: ['On a company', '0-2', json(COMPANY), 'StatusTag'],
  loading: ['Loading', TICKET_TYPE, silence, 'LoadingSpinner'],
  empty: ['Empty', TICKET_TYPE, json(bare('empty', 'Nothing scored yet')), 'EmptyState'],
  stale: ['Out of date', TICKET_TYPE, json(STALE), 'StatusTag'],
  unpermitted: ['Person without permission', TICKET_TYPE, json(bare('not_permitted', 'Not analysed: no permission.')), 'EmptyState'],
  locked: ['Reader without a role', TICKET_TYPE, json(NOT_YOURS, 403), 'ErrorState'],
  away: ['Attune away', TICKET_TYPE, nobody, 'Alert'],
  hard: ['Awkward words', TICKET_TYPE, json(HARD), 'StatusTag'],
};

const shown = (node: RenderedNode): Drawn | string => {
  if ('text' in node && node.nodeType === 'text') {
    return node.text ?? '';
  }
  const props = 'props' in node ? node.props : {};
  const plain = Object.entries(props).filter(([, value]) => typeof value !== 'function');
  return {
    name: 'name' in node ? node.name : '',
    props: Object.fromEntries(plain.map(([name, value]) => [name, inner(value)])),
    children: 'childNodes' in node ? node.childNodes.map(shown) : [],
  };
};

const inner = (value: unknown): unknown =>
  value && typeof value === 'object' && 'nodeType' in value ? shown(value as RenderedNode) : value;

const arrived = (made: ReturnType<typeof renderer>, part: string) =>
  made.waitFor(() => {
    if (!made.getRootNode().toString().includes(`<${part}`)) {
      throw new Error(`no ${part} yet`);
    }
  });

const card = async ([title, objectTypeId, reply, until]: (typeof CARDS)[string]) => {
  backend(reply);
  const made = renderer('crm.record.sidebar');
  const context = { ...made.mocks.context, crm: { objectId: 1, objectTypeId }, variables: { ATTUNE_ORIGIN: ORIGIN } };
  made.mocks.useCrmProperties.willCall(() => ({
    properties: { attune_risk_flag: 'high' }, error: null, isLoading: false, isRefetching: false, refetch: () => Promise.resolve(),
  }));
  made.render(<RecordCard context={context} onDone={() => undefined} />);
  await arrived(made, until);
  return { title, tree: shown(made.getRootNode()) };
};

const settings = async () => {
  backend(json({}));
  const made = renderer('settings');
  const context = { ...made.mocks.context, variables: { ATTUNE_ORIGIN: ORIGIN } };
  made.render(<SettingsPage context={context} />);
  await arrived(made, 'Alert');
  return { title: 'Settings', tree: shown(made.getRootNode()) };
};

const views: Record<string, { title: string; tree: Drawn | string }> = { settings: await settings() };
for (const [name, view] of Object.entries(CARDS)) {
  views[name] = await card(view);
}
mkdirSync('pictures/build', { recursive: true });
writeFileSync('pictures/build/trees.json', JSON.stringify(views, null, 1));
