// What every component test needs: the component on a page, its text, and a check by axe.
const { createElement } = require('lwc');
const axe = require('axe-core');

// What a base component says aloud without text of its own.
const SAID = ['label', 'title', 'alternativeText'];

/** Puts a component on the page. */
function show(name, Component, properties) {
    const element = createElement(name, { is: Component });
    Object.assign(element, properties);
    document.body.appendChild(element);
    return element;
}

/** Waits until what was told is drawn. */
async function drawn() {
    for (let turn = 0; turn < 6; turn += 1) {
        await Promise.resolve();
    }
}

/** Takes everything off the page. */
function clear() {
    document.body.replaceChildren();
    jest.clearAllMocks();
}

/** Returns a record as getRecord gives it; a field that is left out is one that the reader may not see. */
function record(fields) {
    const cells = Object.entries(fields).map(([name, value]) => [name, { value, displayValue: null }]);
    return { fields: Object.fromEntries(cells) };
}

/** Returns all text below an element, also in the components within it. */
function text(node) {
    const inner = node.shadowRoot ? [node.shadowRoot] : [];
    const base = node.localName?.startsWith('lightning-') ? SAID.filter((name) => name in node) : [];
    const properties = base.map((name) => node[name]).filter((words) => typeof words === 'string');
    const own = node.nodeType === 3 ? node.textContent : '';
    return [own, ...properties, ...[...inner, ...node.childNodes].map(text)].join(' ').replace(/\s+/g, ' ').trim();
}

/** Returns every element of a name below another, also in the components within it. */
function all(node, name) {
    const below = [...(node.shadowRoot ? [node.shadowRoot] : []), ...(node.children ?? [])];
    const found = below.flatMap((child) => all(child, name));
    return node.matches?.(name) ? [node, ...found] : found;
}

/** Returns the faults that axe finds; base components are stubs here, and colours are those of the host. */
async function faults(element) {
    const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
    const { violations } = await axe.run(element, { rules });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

module.exports = { show, drawn, clear, record, text, all, faults };
