// What a reader may answer: disagree with a reason, put an alert aside, ask a supervisor to join.
import { useState } from 'react';
import { Alert, Button, ButtonRow, Flex, Form, LoadingButton, Select, TextArea } from '@hubspot/ui-extensions';
import { tell } from './api.ts';
import type { Card } from './api.ts';
import { REASONS } from './catalogue.ts';

export interface AnswersProps {
  card: Card;
  url: string;
  onDone: (message: string) => void;
}

const FAILED = 'Attune cannot be reached; please try again.';
const MOST_CHARACTERS = 500;

export const Answers = ({ card, url, onDone }: AnswersProps) => {
  const [open, setOpen] = useState(false);
  const [sending, setSending] = useState(false);
  const [fault, setFault] = useState('');

  const answer = async (verb: string, body: Record<string, unknown>) => {
    setSending(true);
    setFault('');
    const outcome = await tell<{ done: boolean; words: string }>(`${url}/${verb}`, body);
    setSending(false);
    if (outcome.kind === 'answer') {
      setOpen(false);
      onDone(outcome.content.words);
    } else {
      setFault(outcome.kind === 'refused' ? outcome.words : FAILED);
    }
  };

  if (card.may.length === 0) {
    return null;
  }
  return (
    <Flex direction="column" gap="small">
      {fault ? (
        <Alert title="This was not kept" variant="error">
          {fault}
        </Alert>
      ) : null}
      {open ? (
        <Disagreement sending={sending} onCancel={() => setOpen(false)} onSend={(body) => answer('disagreement', body)} />
      ) : (
        <ButtonRow disableDropdown={false}>
          {card.may.includes('disagree') ? <Button onClick={() => setOpen(true)}>Disagree</Button> : null}
          {card.may.includes('call') ? (
            <Button disabled={sending} onClick={() => answer('supervisor', {})}>
              Ask a supervisor
            </Button>
          ) : null}
          {card.may.includes('dismiss') && card.alert ? (
            <Button disabled={sending} onClick={() => answer('dismissal', {})}>
              Put aside
            </Button>
          ) : null}
        </ButtonRow>
      )}
    </Flex>
  );
};

interface DisagreementProps {
  sending: boolean;
  onCancel: () => void;
  onSend: (body: { reason: string; words: string }) => void;
}

const Disagreement = ({ sending, onCancel, onSend }: DisagreementProps) => {
  const [reason, setReason] = useState('');
  const [words, setWords] = useState('');
  return (
    <Form preventDefault={true} onSubmit={() => (reason ? onSend({ reason, words }) : undefined)}>
      <Flex direction="column" gap="small">
        <Select
          label="Why do you disagree?"
          name="reason"
          required={true}
          options={REASONS}
          value={reason}
          onChange={(chosen) => setReason(String(chosen))}
        />
        <TextArea
          label="In your own words (optional)"
          name="words"
          description="Names and numbers are removed before it is kept."
          maxLength={MOST_CHARACTERS}
          value={words}
          onInput={(given) => setWords(given)}
        />
        <ButtonRow>
          <LoadingButton type="submit" variant="primary" loading={sending} disabled={!reason}>
            Send
          </LoadingButton>
          <Button onClick={onCancel}>Cancel</Button>
        </ButtonRow>
      </Flex>
    </Form>
  );
};
