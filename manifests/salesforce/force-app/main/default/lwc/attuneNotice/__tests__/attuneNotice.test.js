import AttuneNotice from 'c/attuneNotice';
import { clear, drawn, faults, show, text } from 'jest/stage';

describe('c-attune-notice', () => {
    afterEach(clear);

    it.each([
        ['info', 'status'],
        ['warning', 'status'],
        ['error', 'alert'],
        ['unheard of', 'status']
    ])('%s is said as %s', async (variant, role) => {
        const element = show('c-attune-notice', AttuneNotice, { variant, words: 'Said aloud' });
        await drawn();
        expect(text(element)).toContain('Said aloud');
        expect(element.shadowRoot.querySelector(`[role=${role}]`)).not.toBeNull();
        expect(await faults(element)).toEqual([]);
    });
});
