import { LightningElement, api, wire } from 'lwc';
import { getRecord } from 'lightning/uiRecordApi';
import CONSENT from '@salesforce/schema/Contact.Attune_Consent_State__c';
import { LABELS } from 'c/attuneLabels';
import { instead, isLoading, valueOf } from 'c/attuneRecord';

const ANALYSIS = 'service analysis';
const LOOKS = {
    on: { icon: 'utility:success', words: LABELS.On },
    off: { icon: 'utility:ban', words: LABELS.Off },
    pending: { icon: 'utility:clock', words: LABELS.Pending }
};

/** What a person allows, per purpose: a read-only mirror of Attune's ledger. No score of a person stands here. */
export default class AttuneContactState extends LightningElement {
    @api recordId;
    label = LABELS;

    @wire(getRecord, { recordId: '$recordId', optionalFields: [CONSENT] })
    contact;

    get loading() {
        return isLoading(this.contact);
    }

    get instead() {
        return instead(this.contact, CONSENT, this.purposes.length === 0);
    }

    /** The mirror reads "service analysis: on; health scoring: off". */
    get purposes() {
        const told = valueOf(this.contact?.data, CONSENT) ?? '';
        const pairs = told.split('; ').map((part) => part.split(': ')).filter((pair) => pair.length === 2);
        return pairs.map(([purpose, state]) => ({ purpose, state, ...(LOOKS[state] ?? LOOKS.off) }));
    }

    get analysed() {
        return this.purposes.some(({ purpose, state }) => purpose === ANALYSIS && state === 'on');
    }

    get state() {
        return this.analysed ? LABELS.Analysed : LABELS.Not_Analysed;
    }

    get tone() {
        return this.analysed ? 'good' : 'barred';
    }
}
