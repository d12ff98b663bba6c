import { hubspot } from '@hubspot/ui-extensions';
import { RecordCard } from './RecordCard.tsx';

hubspot.extend<'crm.record.sidebar'>(({ context, actions }) => (
  <RecordCard context={context} onDone={(message) => actions.addAlert({ type: 'success', message })} />
));
