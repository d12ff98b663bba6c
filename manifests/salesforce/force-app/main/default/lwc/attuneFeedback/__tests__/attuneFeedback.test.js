import { getObjectInfo } from 'lightning/uiObjectInfoApi';
import { createRecord } from 'lightning/uiRecordApi';
import AttuneFeedback from 'c/attuneFeedback';
import { all, clear, drawn, faults, show, text } from 'jest/stage';

const RECORD = '500000000000001AAA';

async function form(createable = true, canCall = true) {
    const element = show('c-attune-feedback', AttuneFeedback, { recordId: RECORD, valueKey: 'attune_risk_flag', canCall });
    getObjectInfo.emit({ createable });
    await drawn();
    return element;
}

function button(element, name) {
    return all(element, 'lightning-button').find((one) => one.dataset.name === name);
}

async function press(element, name) {
    button(element, name).click();
    await drawn();
}

/** Opens the form; base components are stubs, so that they are told here what they can do. */
async function asked(element, valid = true) {
    await press(element, 'disagree');
    const [reason] = all(element, 'lightning-combobox');
    reason.reportValidity = () => valid;
    return reason;
}

async function answer(element, value, words) {
    const [reason] = all(element, 'lightning-combobox');
    const [own] = all(element, 'lightning-input');
    reason.dispatchEvent(new CustomEvent('change', { detail: { value } }));
    own.dispatchEvent(new CustomEvent('change', { detail: { value: words } }));
    await press(element, 'send');
}

describe('c-attune-feedback', () => {
    beforeEach(() => createRecord.mockResolvedValue({ id: 'a00000000000001AAA' }));
    afterEach(clear);

    it('is not there for those who may not answer', async () => {
        expect(all(await form(false), 'lightning-button')).toHaveLength(0);
    });

    it('sends a disagreement as a record of ours', async () => {
        const element = await form();
        await asked(element);
        await answer(element, 'too_high', 'It was a joke');
        expect(createRecord).toHaveBeenCalledTimes(1);
        expect(createRecord.mock.calls[0][0]).toEqual({
            apiName: 'Attune_Feedback__c',
            fields: {
                Attune_Kind__c: 'disagree',
                Attune_Key__c: 'attune_risk_flag',
                Attune_Record__c: RECORD,
                Attune_Reason__c: 'too_high',
                Attune_Words__c: 'It was a joke'
            }
        });
        expect(text(element)).toContain('Thank you');
        expect(all(element, 'lightning-combobox')).toHaveLength(0);
    });

    it('sends nothing without a reason', async () => {
        const element = await form();
        await asked(element, false);
        await press(element, 'send');
        expect(createRecord).not.toHaveBeenCalled();
    });

    it('keeps the form and says so when nothing could be sent', async () => {
        createRecord.mockRejectedValue({ body: { message: 'inner workings' } });
        const element = await form();
        await asked(element);
        await answer(element, 'other', '');
        expect(text(element)).toContain('This could not be sent');
        expect(text(element)).not.toContain('inner workings');
        expect(all(element, 'lightning-combobox')).toHaveLength(1);
    });

    it('asks a supervisor once, however often the button is pressed', async () => {
        const element = await form();
        button(element, 'call').click();
        button(element, 'call').click();
        await drawn();
        expect(createRecord).toHaveBeenCalledTimes(1);
        expect(createRecord.mock.calls[0][0].fields.Attune_Kind__c).toBe('call');
        expect(text(element)).toContain('A supervisor is asked to join.');
    });

    it('asks no supervisor where that is not offered', async () => {
        expect(button(await form(true, false), 'call')).toBeUndefined();
    });

    it('sends nothing when it is closed again', async () => {
        const element = await form();
        await asked(element);
        await press(element, 'cancel');
        expect(createRecord).not.toHaveBeenCalled();
        expect(button(element, 'disagree')).toBeDefined();
    });

    it('is readable by machines that read aloud, closed and open', async () => {
        const element = await form();
        expect(await faults(element)).toEqual([]);
        await asked(element);
        expect(await faults(element)).toEqual([]);
    });
});
