import { graphql } from 'lightning/uiGraphQLApi';
import AttuneTasks from 'c/attuneTasks';
import { all, clear, drawn, faults, show, text } from 'jest/stage';

const mockNavigate = jest.fn();

jest.mock('lightning/navigation', () => {
    const Navigate = Symbol('Navigate');
    const NavigationMixin = (Base) =>
        class extends Base {
            [Navigate](place) {
                mockNavigate(place);
            }
        };
    return { NavigationMixin: Object.assign(NavigationMixin, { Navigate }) };
});

function node(Id, subject, due, day) {
    return { node: { Id, Subject: { value: subject }, Attune_Due_At__c: { value: due }, ActivityDate: { value: day } } };
}

async function list(edges) {
    const element = show('c-attune-tasks', AttuneTasks, { recordId: '001000000000001AAA' });
    await drawn();
    graphql.emit(edges ? { uiapi: { query: { Task: { edges } } } } : undefined);
    await drawn();
    return element;
}

describe('c-attune-tasks', () => {
    afterEach(clear);

    it('lists tasks with their due times, late ones with a sign', async () => {
        const element = await list([
            node('00T000000000001AAA', 'Call back: critical case', '2020-01-31T10:00:00.000Z', '2020-01-31'),
            node('00T000000000002AAA', 'Account check-in', null, '2999-01-31')
        ]);
        expect(text(element)).toMatch(/Call back: critical case.*Overdue since Jan 31, 2020/);
        expect(text(element)).toContain('Due Jan 31, 2999');
        expect(all(element, 'lightning-icon')).toHaveLength(1);
        expect(await faults(element)).toEqual([]);
    });

    it('opens a task', async () => {
        const element = await list([node('00T000000000001AAA', 'Call back', null, '2999-01-31')]);
        all(element, 'a')[0].click();
        expect(mockNavigate.mock.calls[0][0].attributes).toMatchObject({ recordId: '00T000000000001AAA', actionName: 'view' });
    });

    it('says that there are none', async () => {
        expect(text(await list([]))).toContain('No open tasks');
    });

    it('shows nothing where the reader may not see tasks', async () => {
        const element = await list([]);
        graphql.emitErrors([{ message: 'no access' }]);
        await drawn();
        expect(text(element)).toBe('');
    });
});
