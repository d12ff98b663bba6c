import { LightningElement, api, wire } from 'lwc';
import { getRecord } from 'lightning/uiRecordApi';
import AT from '@salesforce/schema/Account.Attune_Health_Scored_At__c';
import BAND from '@salesforce/schema/Account.Attune_Health_Band__c';
import BEFORE from '@salesforce/schema/Account.Attune_Health_Before__c';
import CONFIDENCE from '@salesforce/schema/Account.Attune_Health_Confidence__c';
import REASONS from '@salesforce/schema/Account.Attune_Health_Reasons__c';
import SCORE from '@salesforce/schema/Account.Attune_Health_Score__c';
import { BANDS, BAND_STEPS, LABELS } from 'c/attuneLabels';
import { day, direction, fill, instead, isLoading, number, sees, valueOf } from 'c/attuneRecord';

const MOST_REASONS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;
const TONES = { green: 'good', amber: 'warning', red: 'bad' };
const ARROWS = { rising: 'utility:arrowup', falling: 'utility:arrowdown', steady: 'utility:forward' };

/** The health of an account. Shows only fields that the reader's own rights allow. */
export default class AttuneAccountHealth extends LightningElement {
    @api recordId;
    @api staleDays = 14;
    label = LABELS;

    @wire(getRecord, { recordId: '$recordId', optionalFields: [BAND, SCORE, BEFORE, REASONS, CONFIDENCE, AT] })
    account;

    get record() {
        return this.account?.data;
    }

    get loading() {
        return isLoading(this.account);
    }

    get instead() {
        return instead(this.account, BAND, this.band === null);
    }

    get band() {
        return valueOf(this.record, BAND);
    }

    get state() {
        return BANDS[this.band] ?? this.band;
    }

    get tone() {
        return TONES[this.band];
    }

    get score() {
        const score = valueOf(this.record, SCORE);
        return score === null ? '' : fill(LABELS.Score, number(score));
    }

    get trend() {
        const [before, after] = [valueOf(this.record, BEFORE), valueOf(this.record, SCORE)];
        const went = direction(before, after);
        if (went === null) {
            return null;
        }
        const words = { rising: LABELS.Rising, falling: LABELS.Falling, steady: LABELS.Steady }[went];
        const parts = went === 'steady' ? [number(after)] : [number(before), number(after)];
        return { icon: ARROWS[went], words: fill(words, ...parts) };
    }

    get confidence() {
        const share = valueOf(this.record, CONFIDENCE);
        return share === null ? '' : fill(LABELS.Confidence, number(share * 100, 0));
    }

    get reasons() {
        const told = valueOf(this.record, REASONS) ?? '';
        const parts = told.split('; ').filter(Boolean).slice(0, MOST_REASONS);
        return parts.map((words, place) => ({ key: `${place}`, words }));
    }

    get hasReasons() {
        return this.reasons.length > 0;
    }

    /** The next step is for those who also see the score: sales and collections see the band and nothing else. */
    get works() {
        return sees(this.record, SCORE);
    }

    get step() {
        return this.works ? BAND_STEPS[this.band] : '';
    }

    get at() {
        return valueOf(this.record, AT);
    }

    get stale() {
        const old = this.at !== null && Date.now() - Date.parse(this.at) > this.staleDays * DAY_MS;
        return old ? fill(LABELS.Stale_Account, day(this.at)) : '';
    }
}
