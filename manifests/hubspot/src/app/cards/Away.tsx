// While Attune cannot be reached, the record's own property still speaks, as far as HubSpot shows it to this reader.
import { Alert, Button, DescriptionList, DescriptionListItem, Flex, Text } from '@hubspot/ui-extensions';
import { useCrmProperties } from '@hubspot/ui-extensions/crm';
import type { KnownRecord } from './catalogue.ts';

export interface AwayProps {
  record: KnownRecord;
  onAgain: () => void;
}

export const Away = ({ record, onAgain }: AwayProps) => {
  const { properties, isLoading, error } = useCrmProperties([record.property]);
  const value = properties[record.property];
  return (
    <Flex direction="column" gap="small">
      <Alert title="Attune cannot be reached" variant="warning">
        What stands here was last written to the record and may be out of date. Reasons come back with the connection.
      </Alert>
      {value && !error ? (
        <DescriptionList direction="column">
          <DescriptionListItem label={record.label}>
            <Text>{record.words[value] ?? value}</Text>
          </DescriptionListItem>
        </DescriptionList>
      ) : (
        <Text>{isLoading ? 'Reading the record' : `Nothing is written on this ${record.noun}.`}</Text>
      )}
      <Button onClick={onAgain}>Try again</Button>
    </Flex>
  );
};
