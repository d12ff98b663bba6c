import { direction, fill, number, sees, valueOf } from 'c/attuneRecord';

const FIELD = { fieldApiName: 'Attune_Health_Band__c', objectApiName: 'Account' };

describe('c-attune-record', () => {
    it.each([
        [{ fields: { Attune_Health_Band__c: { value: 'red' } } }, true, 'red'],
        [{ fields: { Attune_Health_Band__c: { value: null } } }, true, null],
        [{ fields: {} }, false, null],
        [undefined, false, null]
    ])('%j', (record, seen, value) => {
        expect(sees(record, FIELD)).toBe(seen);
        expect(valueOf(record, FIELD)).toBe(value);
    });

    it('fills the places of a label and leaves those that have nothing', () => {
        expect(fill('{0} to {1}', 1, 0)).toBe('1 to 0');
        expect(fill('{0} to {1}', '$&')).toBe('$& to {1}');
    });

    it.each([
        [null, 5, null],
        [5, null, null],
        [50, 54.9, 'steady'],
        [50, 55, 'rising'],
        [0, 0, 'steady'],
        [55, 50, 'falling']
    ])('from %p to %p is %p', (before, after, way) => {
        expect(direction(before, after)).toBe(way);
    });

    it('writes numbers as people do', () => {
        expect(number(71.25)).toBe('71.3');
        expect(number(1, 0)).toBe('1');
    });
});
