// The tests read the words that people read: custom labels come from the package's own file.
const { readFileSync } = require('fs');
const { join } = require('path');

const file = join(__dirname, '../force-app/main/default/labels/CustomLabels.labels-meta.xml');
const text = readFileSync(file, 'utf8');
const unescape = (words) => words.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

for (const [, name, words] of text.matchAll(/<fullName>(\w+)<\/fullName>[\s\S]*?<value>([\s\S]*?)<\/value>/g)) {
    jest.doMock(`@salesforce/label/c.${name}`, () => ({ default: unescape(words) }), { virtual: true });
}
