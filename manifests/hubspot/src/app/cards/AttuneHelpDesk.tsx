// The same card beside a conversation in the help desk, where agents answer.
import { hubspot } from '@hubspot/ui-extensions';
import { RecordCard } from './RecordCard.tsx';

hubspot.extend<'helpdesk.sidebar'>(({ context, actions }) => (
  <RecordCard context={context} onDone={(message) => actions.addAlert({ type: 'success', message })} />
));
