import { LightningElement, api } from 'lwc';
import { LABELS } from 'c/attuneLabels';
import { day, fill } from 'c/attuneRecord';

const BADGE = 'slds-badge';
const LOOKS = {
    good: { badge: `${BADGE} slds-theme_success`, icon: 'utility:success', variant: 'inverse' },
    seen: { badge: BADGE, icon: 'utility:preview', variant: '' },
    warning: { badge: `${BADGE} slds-theme_warning`, icon: 'utility:warning', variant: '' },
    bad: { badge: `${BADGE} slds-theme_error`, icon: 'utility:error', variant: 'inverse' },
    barred: { badge: BADGE, icon: 'utility:ban', variant: '' },
    unknown: { badge: BADGE, icon: 'utility:question', variant: '' }
};

/** What every card has: a state in words, the next step, tasks, answers; or one sentence instead of all that. */
export default class AttuneCard extends LightningElement {
    @api title;
    @api iconName;
    @api recordId;
    @api loading = false;
    /** { variant, words } of the notice that stands instead of the state, if any. */
    @api instead = null;
    @api stale = '';
    @api state = '';
    /** good, seen, warning, bad, barred or unknown. */
    @api tone = 'unknown';
    @api score = '';
    @api step = '';
    /** When the values last changed; null where that is not known. */
    @api at = null;
    /** The value that is spoken of in an answer. */
    @api valueKey = '';
    @api canCall = false;
    /** Whether the reader works with the record: tasks and answers are for them. */
    @api works = false;
    label = LABELS;

    get look() {
        return LOOKS[this.tone] ?? LOOKS.unknown;
    }

    get changed() {
        return this.at === null ? '' : fill(LABELS.Changed, day(this.at, true));
    }
}
