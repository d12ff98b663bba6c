import { graphql } from 'lightning/uiGraphQLApi';
import { getRecord } from 'lightning/uiRecordApi';
import AttuneCaseState from 'c/attuneCaseState';
import { FLAGS, FLAG_STEPS, LABELS } from 'c/attuneLabels';
import { all, clear, drawn, faults, record, show, text } from 'jest/stage';

const MINUTE = 60 * 1000;
const CRITICAL = {
    Attune_Risk_Flag__c: 'critical',
    Attune_Distress__c: 83,
    Attune_Sentiment__c: -0.62,
    Attune_Emotion__c: 'frustration',
    Attune_Complaint_Nature__c: 'process',
    Attune_Scored_At__c: new Date(Date.now() - 60 * MINUTE).toISOString()
};

async function card(fields, minutesAgo) {
    const element = show('c-attune-case-state', AttuneCaseState, { recordId: '500000000000001AAA' });
    if (fields) {
        getRecord.emit(record(fields));
    }
    await drawn();
    if (minutesAgo !== undefined) {
        const at = new Date(Date.now() - minutesAgo * MINUTE).toISOString();
        const edges = [{ node: { Id: '02s000000000001AAA', MessageDate: { value: at } } }];
        graphql.emit({ uiapi: { query: { EmailMessage: { edges } } } }, ({ variables }) => variables && !variables.most);
        await drawn();
    }
    return element;
}

describe('c-attune-case-state', () => {
    afterEach(clear);

    it('shows the state in words, the distress, the wording, the next step', async () => {
        const said = text(await card(CRITICAL));
        expect(said).toContain(FLAGS.critical);
        expect(said).toContain('83 of 100');
        expect(said).toContain(FLAG_STEPS.critical);
        expect(said).toContain('Sentiment -0.62');
        expect(said).toContain('A reading of the wording, not of a person.');
        expect(said).toContain('private comment');
    });

    it('lets a supervisor be asked', async () => {
        const [feedback] = all(await card(CRITICAL), 'c-attune-feedback');
        expect(feedback.canCall).toBe(true);
        expect(feedback.valueKey).toBe('attune_risk_flag');
    });

    it('gives no reasons where no special care is needed', async () => {
        expect(text(await card({ ...CRITICAL, Attune_Risk_Flag__c: 'none' }))).not.toContain('private comment');
    });

    it.each([
        ['an older message', 90, false],
        ['a message of a moment ago', 5, false],
        ['a message that has waited', 20, true]
    ])('%s, %i minutes old: out of date %s', async (_, minutes, stale) => {
        expect(text(await card(CRITICAL, minutes)).includes('They may be out of date')).toBe(stale);
    });

    it('shows the flag only to those who see nothing else', async () => {
        const said = text(await card({ Attune_Risk_Flag__c: 'high' }));
        expect(said).toContain(FLAGS.high);
        expect(said).not.toMatch(new RegExp([LABELS.Distress, LABELS.Sentiment, LABELS.Next_Step, LABELS.Reasons].join('|')));
    });

    it('loads, is empty, has no view, fails', async () => {
        expect(all(await card(null), 'lightning-spinner')).toHaveLength(1);
        clear();
        expect(text(await card({ ...CRITICAL, Attune_Risk_Flag__c: null }))).toContain(LABELS.Empty);
        clear();
        expect(text(await card({}))).toContain(LABELS.No_View);
        clear();
        const element = await card(null);
        getRecord.error();
        await drawn();
        expect(text(element)).toContain('This cannot be shown at the moment');
    });

    it('is readable by machines that read aloud', async () => {
        expect(await faults(await card(CRITICAL, 20))).toEqual([]);
    });
});
