import { getRecord } from 'lightning/uiRecordApi';
import AttuneContactState from 'c/attuneContactState';
import { LABELS } from 'c/attuneLabels';
import { all, clear, drawn, faults, record, show, text } from 'jest/stage';

async function card(mirror) {
    const element = show('c-attune-contact-state', AttuneContactState, { recordId: '003000000000001AAA' });
    if (mirror !== undefined) {
        getRecord.emit(record(mirror === false ? {} : { Attune_Consent_State__c: mirror }));
    }
    await drawn();
    return element;
}

describe('c-attune-contact-state', () => {
    afterEach(clear);

    it.each([
        ['service analysis: on; health scoring: off', 'Messages may be analysed', 'health scoring: Not allowed'],
        ['service analysis: off; health scoring: on', 'Not analysed: no permission', 'health scoring: Allowed'],
        ['service analysis: pending', 'Not analysed: no permission', 'service analysis: Not yet answered'],
        ['service analysis: something new', 'Not analysed: no permission', 'service analysis: Not allowed']
    ])('%s', async (mirror, state, purpose) => {
        const said = text(await card(mirror));
        expect(said).toContain(state);
        expect(said).toContain(purpose);
    });

    it('loads, is empty, has no view, fails', async () => {
        expect(all(await card(), 'lightning-spinner')).toHaveLength(1);
        clear();
        expect(text(await card(null))).toContain(LABELS.Empty);
        clear();
        expect(text(await card(false))).toContain(LABELS.No_View);
        clear();
        const element = await card();
        getRecord.error();
        await drawn();
        expect(text(element)).toContain('This cannot be shown at the moment');
    });

    it('is readable by machines that read aloud', async () => {
        expect(await faults(await card('service analysis: on; health scoring: off'))).toEqual([]);
    });
});
