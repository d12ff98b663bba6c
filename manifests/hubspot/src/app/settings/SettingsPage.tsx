// The settings page: whether Attune answers this account, what it writes, what it was granted and why.
import { useEffect, useState } from 'react';
import {
  Accordion, Alert, Flex, Heading, Link, List, LoadingSpinner, Table, TableBody, TableCell, TableHead, TableHeader,
  TableRow, Text, hubspot,
} from '@hubspot/ui-extensions';
import type { ExtensionPointApi } from '@hubspot/ui-extensions';
import { FIELDS, SCOPES } from './catalogue.ts';

export interface SettingsPageProps {
  context: ExtensionPointApi<'settings'>['context'];
}

type Connection = 'asking' | 'answers' | 'unknown' | 'away';

const ALERTS: Record<Exclude<Connection, 'asking'>, { title: string; variant: 'success' | 'warning' | 'error'; words: string }> = {
  answers: { title: 'Connected', variant: 'success', words: 'Attune answers this account and knows who you are.' },
  unknown: {
    title: 'Not connected',
    variant: 'warning',
    words: 'Attune answers but does not know this account. Connect it in Attune and store the app’s client secret there.',
  },
  away: { title: 'Attune cannot be reached', variant: 'error', words: 'Scores on records stay as they were last written.' },
};

export const SettingsPage = ({ context }: SettingsPageProps) => {
  const origin = String(context.variables?.ATTUNE_ORIGIN ?? '');
  const [connection, setConnection] = useState<Connection>('asking');
  useEffect(() => {
    reach(origin).then(setConnection);
  }, [origin]);
  return (
    <Flex direction="column" gap="medium">
      {connection === 'asking' ? <LoadingSpinner label="Asking Attune" showLabel={true} /> : <State of={connection} />}
      <Text>
        Modules, roles, choices of purpose and the trial period are set in{' '}
        <Link href={{ url: origin, external: true }}>Attune’s console</Link>.
      </Text>
      <Heading>Start here</Heading>
      <List variant="ordered-styled">
        <Text>Add the card Attune to the right sidebar of tickets, contacts and companies.</Text>
        <Text>In a workflow, add ‘Ask Attune whether to hold’ before a message and go on only where the answer is no.</Text>
      </List>
      <Accordion title="What Attune writes on records">
        <Rows heads={['Record', 'Property', 'What it says']} rows={FIELDS.map((one) => [one.record, one.label, one.help])} />
      </Accordion>
      <Accordion title="What Attune may do in this account, and why">
        <Rows heads={['Scope', 'Needed for']} rows={SCOPES.map((one) => [one.scope, one.purpose])} />
      </Accordion>
    </Flex>
  );
};

const State = ({ of }: { of: Exclude<Connection, 'asking'> }) => (
  <Alert title={ALERTS[of].title} variant={ALERTS[of].variant}>
    {ALERTS[of].words}
  </Alert>
);

const Rows = ({ heads, rows }: { heads: string[]; rows: string[][] }) => (
  <Table>
    <TableHead>
      <TableRow>
        {heads.map((head) => (
          <TableHeader key={head}>{head}</TableHeader>
        ))}
      </TableRow>
    </TableHead>
    <TableBody>
      {rows.map((cells) => (
        <TableRow key={cells.slice(0, 2).join(' ')}>
          {cells.map((cell) => (
            <TableCell key={cell}>{cell}</TableCell>
          ))}
        </TableRow>
      ))}
    </TableBody>
  </Table>
);

// A record that no account has: the answer tells whether the signature was accepted, and nothing else.
async function reach(origin: string): Promise<Exclude<Connection, 'asking'>> {
  try {
    const response = await hubspot.fetch(`${origin}/api/v1/accounts/0`, { method: 'GET', timeout: 8000 });
    if (response.status < 400) {
      return 'answers';
    }
    return response.status === 401 ? 'unknown' : 'away';
  } catch {
    return 'away';
  }
}
