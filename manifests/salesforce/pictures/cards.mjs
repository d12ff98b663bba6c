import '@lwc/synthetic-shadow';
import { createElement } from 'lwc';
import Account from 'c/attuneAccountHealth';
import Case from 'c/attuneCaseState';
import Contact from 'c/attuneContactState';

const CARDS = [
    ['c-attune-account-health', Account, '001'],
    ['c-attune-case-state', Case, '500'],
    ['c-attune-contact-state', Contact, '003']
];

for (const [name, is, recordId] of CARDS) {
    const column = document.body.querySelector('main').appendChild(document.createElement('div'));
    column.appendChild(Object.assign(createElement(name, { is }), { recordId }));
}
