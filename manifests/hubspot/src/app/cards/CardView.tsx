// One state in words, then why, how it went, what comes next; details last.
import { Alert, Divider, EmptyState, Flex, Heading, StatusTag, Text } from '@hubspot/ui-extensions';
import type { StatusTagProps } from '@hubspot/ui-extensions';
import type { Card } from './api.ts';
import { Consents, Reasons, Tasks, Values } from './Parts.tsx';
import { Answers } from './Answers.tsx';
import { moment } from './words.ts';

export interface CardViewProps {
  card: Card;
  noun: string;
  url: string;
  locale?: string;
  onDone: (message: string) => void;
}

// Colour never speaks alone: the words stand beside it.
const VARIANTS: Record<string, StatusTagProps['variant']> = {
  none: 'success',
  watch: 'info',
  high: 'warning',
  critical: 'danger',
  green: 'success',
  amber: 'warning',
  red: 'danger',
  on: 'success',
};
const HINTS: Record<string, string> = {
  empty: 'A score appears here after the first message that may be read.',
  no_view: 'Ask an admin which role you have in Attune.',
  observing: 'An admin ends the trial period in Attune.',
  not_permitted: 'Nothing is read or kept about what this person writes.',
  not_scored: 'The text is left alone rather than guessed at.',
};

export const CardView = ({ card, noun, url, locale, onDone }: CardViewProps) => {
  const quiet = card.state.code !== 'scored' && card.values.length === 0 && card.consent.length === 0;
  if (quiet) {
    return (
      <Flex direction="column" gap="small">
        <Notes notes={card.notes} />
        <EmptyState title={card.state.words} imageName="customerSupport" layout="vertical" flush={true}>
          <Text>{HINTS[card.state.code] ?? `Nothing more is known of this ${noun}.`}</Text>
        </EmptyState>
      </Flex>
    );
  }
  return (
    <Flex direction="column" gap="small">
      <Notes notes={card.notes} />
      <StatusTag variant={VARIANTS[card.state.band ?? ''] ?? 'default'}>{card.state.words}</StatusTag>
      <Reasons reasons={card.reasons} locale={locale} />
      {card.trend ? <Line label="Trend" words={card.trend.words} /> : null}
      {card.next_step ? <Line label="Next step" words={card.next_step} /> : null}
      <Tasks tasks={card.tasks} clock={card.clock?.words} locale={locale} />
      <Values values={card.values} />
      <Consents consent={card.consent} />
      <Answers card={card} url={url} onDone={onDone} />
      <Divider />
      <Text variant="microcopy">
        {card.scored_at ? `${card.level === 'person' ? 'Changed' : 'Scored'} ${moment(card.scored_at, locale)}, ` : ''}
        {card.scored_at ? `rules ${card.rule_version ?? 'unknown'}. ` : ''}
        {card.level === 'person' ? '' : 'A reading of text, not of a person. Advice, not a decision.'}
      </Text>
    </Flex>
  );
};

const Notes = ({ notes }: { notes: string[] }) => (
  <>
    {notes.map((note) => (
      <Alert key={note} title="Please note" variant="warning">
        {note}
      </Alert>
    ))}
  </>
);

const Line = ({ label, words }: { label: string; words: string }) => (
  <Flex direction="column" gap="flush">
    <Heading>{label}</Heading>
    <Text>{words}</Text>
  </Flex>
);
