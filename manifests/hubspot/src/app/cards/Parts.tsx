// The parts of a card. Customers' words are text nodes: whatever stands in them is shown and never run.
import { DescriptionList, DescriptionListItem, Flex, Heading, List, Tag, Text } from '@hubspot/ui-extensions';
import type { CardConsent, CardReason, CardTask, CardValue } from './api.ts';
import { moment, share } from './words.ts';

export const Reasons = ({ reasons, locale }: { reasons: CardReason[]; locale?: string }) =>
  reasons.length === 0 ? null : (
    <Flex direction="column" gap="flush">
      <Heading>Why</Heading>
      <List variant="unordered-styled">
        {reasons.map((reason) => (
          <Reason key={`${reason.code} ${reason.message ?? ''}`} reason={reason} locale={locale} />
        ))}
      </List>
    </Flex>
  );

const Reason = ({ reason, locale }: { reason: CardReason; locale?: string }) => (
  <Flex direction="column" gap="flush">
    <Text>{reason.words}</Text>
    {reason.phrase ? (
      <Text variant="microcopy">
        {`Message ${reason.message ?? '?'}${reason.at ? `, ${moment(reason.at, locale)}` : ''}: “${reason.before}`}
        <Text inline={true} variant="microcopy" format={{ fontWeight: 'bold' }}>
          {reason.phrase}
        </Text>
        {`${reason.after}”`}
      </Text>
    ) : null}
  </Flex>
);

export const Tasks = ({ tasks, clock, locale }: { tasks: CardTask[]; clock?: string; locale?: string }) =>
  tasks.length === 0 ? null : (
    <Flex direction="column" gap="flush">
      <Heading>{clock ? `Open tasks: ${clock.toLowerCase()}` : 'Open tasks'}</Heading>
      <List variant="unordered-styled">
        {tasks.map((task) => (
          <Flex key={task.template} direction="row" gap="extra-small" wrap="wrap">
            <Text>{`${task.subject}, due ${moment(task.due_at, locale)}`}</Text>
            {task.late ? <Tag variant="error">Overdue</Tag> : null}
          </Flex>
        ))}
      </List>
    </Flex>
  );

export const Values = ({ values }: { values: CardValue[] }) =>
  values.length === 0 ? null : (
    <DescriptionList direction="column">
      {values.map((value) => (
        <DescriptionListItem key={value.key} label={value.label}>
          <Text>{value.band && value.band !== String(value.value) ? `${value.value} (${value.band})` : value.words}</Text>
          <Text variant="microcopy">{`Confidence ${share(value.confidence)}`}</Text>
        </DescriptionListItem>
      ))}
    </DescriptionList>
  );

export const Consents = ({ consent }: { consent: CardConsent[] }) =>
  consent.length === 0 ? null : (
    <Flex direction="column" gap="flush">
      <Heading>What this person allows</Heading>
      <DescriptionList direction="column">
        {consent.map((one) => (
          <DescriptionListItem key={one.purpose} label={one.purpose}>
            <Text>{one.words}</Text>
          </DescriptionListItem>
        ))}
      </DescriptionList>
    </Flex>
  );
