import { LightningElement, api, wire } from 'lwc';
import { gql, graphql } from 'lightning/uiGraphQLApi';
import { getRecord } from 'lightning/uiRecordApi';
import AT from '@salesforce/schema/Case.Attune_Scored_At__c';
import DISTRESS from '@salesforce/schema/Case.Attune_Distress__c';
import EMOTION from '@salesforce/schema/Case.Attune_Emotion__c';
import FLAG from '@salesforce/schema/Case.Attune_Risk_Flag__c';
import NATURE from '@salesforce/schema/Case.Attune_Complaint_Nature__c';
import SENTIMENT from '@salesforce/schema/Case.Attune_Sentiment__c';
import { FLAGS, FLAG_STEPS, LABELS } from 'c/attuneLabels';
import { fill, instead, isLoading, number, sees, valueOf } from 'c/attuneRecord';

const MINUTE_MS = 60 * 1000;
const TONES = { none: 'good', watch: 'seen', high: 'warning', critical: 'bad' };

/** How urgently a person should look at a case. Shows only fields that the reader's own rights allow. */
export default class AttuneCaseState extends LightningElement {
    @api recordId;
    @api staleMinutes = 15;
    label = LABELS;
    writtenAt = null;

    @wire(getRecord, { recordId: '$recordId', optionalFields: [FLAG, DISTRESS, SENTIMENT, EMOTION, NATURE, AT] })
    case;

    @wire(graphql, {
        query: gql`
            query lastMessage($record: ID) {
                uiapi {
                    query {
                        EmailMessage(
                            first: 1
                            where: { ParentId: { eq: $record }, Incoming: { eq: true } }
                            orderBy: { MessageDate: { order: DESC } }
                        ) {
                            edges {
                                node {
                                    Id
                                    MessageDate {
                                        value
                                    }
                                }
                            }
                        }
                    }
                }
            }
        `,
        variables: '$variables'
    })
    told({ data }) {
        this.writtenAt = data?.uiapi?.query?.EmailMessage?.edges?.[0]?.node?.MessageDate?.value ?? null;
    }

    get variables() {
        return this.recordId ? { record: this.recordId } : undefined;
    }

    get record() {
        return this.case?.data;
    }

    get loading() {
        return isLoading(this.case);
    }

    get instead() {
        return instead(this.case, FLAG, this.flag === null);
    }

    get flag() {
        return valueOf(this.record, FLAG);
    }

    get state() {
        return FLAGS[this.flag] ?? this.flag;
    }

    get tone() {
        return TONES[this.flag];
    }

    get distress() {
        return valueOf(this.record, DISTRESS);
    }

    get hasDistress() {
        return this.distress !== null;
    }

    get distressWords() {
        return fill(LABELS.Score, number(this.distress, 0));
    }

    /** What the wording says, as pairs of name and value. */
    get wording() {
        const sentiment = valueOf(this.record, SENTIMENT);
        const rows = [
            [LABELS.Sentiment, sentiment === null ? null : number(sentiment, 2)],
            [LABELS.Emotion, valueOf(this.record, EMOTION)],
            [LABELS.Nature, valueOf(this.record, NATURE)]
        ];
        return rows.filter(([, value]) => value !== null).map(([name, value]) => ({ name, value }));
    }

    get hasWording() {
        return this.wording.length > 0;
    }

    /** Tasks and next steps are for those who work on the case. */
    get works() {
        return sees(this.record, DISTRESS);
    }

    get step() {
        return this.works ? FLAG_STEPS[this.flag] : '';
    }

    get explained() {
        return this.works && this.flag !== 'none';
    }

    get at() {
        return valueOf(this.record, AT);
    }

    get stale() {
        if (this.at === null || this.writtenAt === null) {
            return '';
        }
        const waited = Date.now() - Date.parse(this.writtenAt) > this.staleMinutes * MINUTE_MS;
        return waited && Date.parse(this.writtenAt) > Date.parse(this.at) ? LABELS.Stale_Case : '';
    }
}
