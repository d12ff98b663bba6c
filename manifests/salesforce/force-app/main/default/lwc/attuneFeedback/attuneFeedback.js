import { LightningElement, api, wire } from 'lwc';
import { getObjectInfo } from 'lightning/uiObjectInfoApi';
import { createRecord } from 'lightning/uiRecordApi';
import FEEDBACK from '@salesforce/schema/Attune_Feedback__c';
import KEY from '@salesforce/schema/Attune_Feedback__c.Attune_Key__c';
import KIND from '@salesforce/schema/Attune_Feedback__c.Attune_Kind__c';
import REASON from '@salesforce/schema/Attune_Feedback__c.Attune_Reason__c';
import RECORD from '@salesforce/schema/Attune_Feedback__c.Attune_Record__c';
import WORDS from '@salesforce/schema/Attune_Feedback__c.Attune_Words__c';
import { ANSWERS, LABELS } from 'c/attuneLabels';

/** The reader's answer to a score: a record that the reader's own rights must allow. It reaches Attune as an event. */
export default class AttuneFeedback extends LightningElement {
    @api recordId;
    /** The catalogue key of the value that is spoken of. */
    @api valueKey;
    /** Whether a supervisor may be asked here. */
    @api canCall = false;

    label = LABELS;
    answers = Object.entries(ANSWERS).map(([value, label]) => ({ value, label }));
    asking = false;
    sending = false;
    reason = '';
    words = '';
    said = '';
    failed = false;
    moveTo = '';

    @wire(getObjectInfo, { objectApiName: FEEDBACK })
    feedback;

    get allowed() {
        return this.feedback?.data?.createable === true;
    }

    get saidRole() {
        return this.failed ? 'alert' : 'status';
    }

    get saidClass() {
        return this.failed ? 'slds-text-color_error slds-var-m-top_x-small' : 'slds-var-m-top_x-small';
    }

    renderedCallback() {
        // The keyboard follows what was opened or closed.
        const target = this.moveTo && this.refs[this.moveTo];
        if (target) {
            this.moveTo = '';
            target.focus();
        }
    }

    ask() {
        this.asking = true;
        this.said = '';
        this.moveTo = 'reason';
    }

    close() {
        this.asking = false;
        this.reason = '';
        this.words = '';
        this.moveTo = 'disagree';
    }

    setReason(event) {
        this.reason = event.detail.value;
    }

    setWords(event) {
        this.words = event.detail.value;
    }

    async disagree() {
        if (!this.refs.reason.reportValidity()) {
            return;
        }
        const fields = { [REASON.fieldApiName]: this.reason, [WORDS.fieldApiName]: this.words };
        if (await this.send('disagree', fields, LABELS.Thanks)) {
            this.close();
        }
    }

    async call() {
        await this.send('call', {}, LABELS.Called);
    }

    async send(kind, more, thanks) {
        if (this.sending) {
            return false;
        }
        this.sending = true;
        this.said = '';
        const about = { [KIND.fieldApiName]: kind, [KEY.fieldApiName]: this.valueKey, [RECORD.fieldApiName]: this.recordId };
        try {
            await createRecord({ apiName: FEEDBACK.objectApiName, fields: { ...about, ...more } });
            this.failed = false;
            this.said = thanks;
        } catch {
            this.failed = true;
            this.said = LABELS.Not_Sent;
        } finally {
            this.sending = false;
        }
        return !this.failed;
    }
}
