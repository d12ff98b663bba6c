import { getRecord } from 'lightning/uiRecordApi';
import AttuneAccountHealth from 'c/attuneAccountHealth';
import { BANDS, LABELS } from 'c/attuneLabels';
import { all, clear, drawn, faults, record, show, text } from 'jest/stage';

const AT_RISK = {
    Attune_Health_Band__c: 'red',
    Attune_Health_Score__c: 38.5,
    Attune_Health_Before__c: 61,
    Attune_Health_Confidence__c: 0.85,
    Attune_Health_Reasons__c: 'Usage went down; Support load is high; Few contacts; A fourth that is too many',
    Attune_Health_Scored_At__c: new Date().toISOString()
};

async function card(fields, properties = {}) {
    const element = show('c-attune-account-health', AttuneAccountHealth, { recordId: '001000000000001AAA', ...properties });
    if (fields) {
        getRecord.emit(record(fields));
    }
    await drawn();
    return element;
}

describe('c-attune-account-health', () => {
    afterEach(clear);

    it('shows band word, score, arrow with words, confidence, three reasons and the next step', async () => {
        const said = text(await card(AT_RISK));
        expect(said).toContain(BANDS.red);
        expect(said).toContain('38.5 of 100');
        expect(said).toContain('Falling: 61 to 38.5');
        expect(said).toContain('Confidence 85%');
        expect(said).toContain('Few contacts');
        expect(said).not.toContain('too many');
        expect(said).toContain('Next step');
    });

    it.each([
        [50, 61, 'Rising: 50 to 61', 'utility:arrowup'],
        [61, 50, 'Falling: 61 to 50', 'utility:arrowdown'],
        [61, 62, 'Steady around 62', 'utility:forward']
    ])('from %d to %d: %s', async (before, after, words, icon) => {
        const changed = { Attune_Health_Before__c: before, Attune_Health_Score__c: after };
        const element = await card({ ...AT_RISK, ...changed });
        expect(text(element)).toContain(words);
        expect(all(element, 'lightning-icon').map((one) => one.iconName)).toContain(icon);
    });

    it('draws no arrow before there was a change', async () => {
        const said = text(await card({ ...AT_RISK, Attune_Health_Before__c: null }));
        expect(said).not.toMatch(/Rising|Falling|Steady/);
    });

    it('says so while it loads', async () => {
        const element = await card(null);
        expect(all(element, 'lightning-spinner')[0].alternativeText).toBe('Loading');
    });

    it('says so where nothing was scored', async () => {
        expect(text(await card({ ...AT_RISK, Attune_Health_Band__c: null }))).toContain(LABELS.Empty);
    });

    it('says so where there is not enough data', async () => {
        const unknown = { Attune_Health_Band__c: 'not enough data', Attune_Health_Score__c: null };
        const said = text(await card({ ...AT_RISK, ...unknown }));
        expect(said).toContain(BANDS['not enough data']);
        expect(said).not.toContain('of 100');
    });

    it('says so where the reader has no view', async () => {
        const said = text(await card({}));
        expect(said).toContain(LABELS.No_View);
        expect(said).not.toContain('Disagree');
    });

    it('shows the band and nothing else to those who see the band only', async () => {
        const element = await card({ Attune_Health_Band__c: 'red' });
        const said = text(element);
        expect(said).toContain(BANDS.red);
        expect(said).not.toMatch(/of 100|Confidence|Why|Next step|Last changed/);
        expect(all(element, 'c-attune-tasks')).toHaveLength(0);
        expect(all(element, 'c-attune-feedback')).toHaveLength(0);
    });

    it('says so when the health has not changed for long', async () => {
        const old = { ...AT_RISK, Attune_Health_Scored_At__c: '2020-01-31T12:00:00.000Z' };
        expect(text(await card(old))).toContain('Not changed since Jan 31, 2020');
        clear();
        expect(text(await card(old, { staleDays: 36500 }))).not.toContain('Not changed since');
    });

    it('says that something is wrong, and nothing else', async () => {
        const element = await card(null);
        getRecord.error({ message: 'inner workings' });
        await drawn();
        expect(text(element)).toContain('This cannot be shown at the moment');
        expect(text(element)).not.toContain('inner workings');
    });

    it('shows text as text', async () => {
        const element = await card({ ...AT_RISK, Attune_Health_Reasons__c: '<img src=x onerror=alert(1)>' });
        expect(all(element, 'img')).toHaveLength(0);
        expect(text(element)).toContain('<img src=x onerror=alert(1)>');
    });

    it.each([['full', AT_RISK], ['no view', {}], ['empty', { ...AT_RISK, Attune_Health_Band__c: null }]])(
        'is readable by machines that read aloud: %s',
        async (_, fields) => {
            expect(await faults(await card(fields))).toEqual([]);
        }
    );
});
