// The card: asks once, shows what came of it. What the reader may not see never arrives here.
import { useEffect, useState } from 'react';
import { EmptyState, ErrorState, LoadingSpinner, Text } from '@hubspot/ui-extensions';
import type { ExtensionPointApi } from '@hubspot/ui-extensions';
import { ask } from './api.ts';
import type { Card, Outcome } from './api.ts';
import { Away } from './Away.tsx';
import { CardView } from './CardView.tsx';
import { RECORDS } from './catalogue.ts';

export interface RecordCardProps {
  context: ExtensionPointApi<'crm.record.sidebar' | 'helpdesk.sidebar'>['context'];
  onDone: (message: string) => void;
}

export const RecordCard = ({ context, onDone }: RecordCardProps) => {
  const record = RECORDS[context.crm.objectTypeId];
  const origin = String(context.variables?.ATTUNE_ORIGIN ?? '');
  const url = record ? `${origin}/api/v1/${record.path}/${context.crm.objectId}` : '';
  const [tries, setTries] = useState(0);
  const [heard, setHeard] = useState<{ question: string; outcome: Outcome<Card> } | null>(null);
  const question = `${tries} ${url}`;
  // An answer to an older question is not shown: the reader may have gone on to another record.
  const outcome = heard?.question === question ? heard.outcome : null;
  const again = () => setTries(tries + 1);

  useEffect(() => {
    if (url) {
      ask<Card>(url).then((answered) => setHeard({ question, outcome: answered }));
    }
  }, [url, question]);

  if (!record) {
    return (
      <EmptyState title="Nothing to show here" imageName="object" layout="vertical">
        <Text>Attune knows tickets, contacts and companies.</Text>
      </EmptyState>
    );
  }
  if (outcome === null) {
    return <LoadingSpinner label="Asking Attune" showLabel={true} layout="centered" />;
  }
  if (outcome.kind === 'away') {
    return <Away record={record} onAgain={again} />;
  }
  if (outcome.kind === 'refused') {
    return (
      <ErrorState title="No view" type="lock">
        <Text>{outcome.words}</Text>
      </ErrorState>
    );
  }
  return (
    <CardView
      card={outcome.content}
      noun={record.noun}
      url={url}
      locale={context.user.locale}
      onDone={(message) => {
        onDone(message);
        again();
      }}
    />
  );
};
