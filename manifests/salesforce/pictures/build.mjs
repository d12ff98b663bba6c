// Builds the components with the vendor's base components for a plain page; the org behind them is `window.ORG`.
import { cpSync, readFileSync, rmSync } from 'fs';
import lwc from '@lwc/rollup-plugin';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import { rollup } from 'rollup';

const MAIN = '../force-app/main/default';
const LABEL = '@salesforce/label/c.';
const SCHEMA = '@salesforce/schema/';
const text = readFileSync(`${MAIN}/labels/CustomLabels.labels-meta.xml`, 'utf8');
const found = text.matchAll(/<fullName>(\w+)<\/fullName>[\s\S]*?<value>([\s\S]*?)<\/value>/g);
const labels = Object.fromEntries([...found].map(([, name, words]) => [name, words.replaceAll('&amp;', '&')]));

const wire = (name) => `class {
    constructor(tell) { this.tell = tell; }
    connect() {}
    disconnect() {}
    update(config) {
        const told = window.ORG.${name}(config);
        if (told) { Promise.resolve().then(() => this.tell(told)); }
    }
}`;
const MODULES = {
    '@salesforce/i18n/locale': "export default 'en-US';",
    'lightning/uiRecordApi': `export const getRecord = ${wire('record')}; export const createRecord = async () => ({});`,
    'lightning/uiGraphQLApi': `export const gql = (parts) => parts.join(''); export const graphql = ${wire('graphql')};`,
    'lightning/uiObjectInfoApi': `export const getObjectInfo = ${wire('info')};`,
    'lightning/navigation': `const Navigate = Symbol('Navigate');
        export const NavigationMixin = Object.assign((Base) => class extends Base { [Navigate]() {} }, { Navigate });`
};

function source(id) {
    if (id.startsWith(LABEL)) {
        return `export default ${JSON.stringify(labels[id.slice(LABEL.length)])};`;
    }
    if (id.startsWith(SCHEMA)) {
        const [objectApiName, fieldApiName] = id.slice(SCHEMA.length).split('.');
        return `export default ${JSON.stringify({ objectApiName, apiName: objectApiName, fieldApiName })};`;
    }
    return MODULES[id];
}

const org = {
    name: 'org',
    resolveId: (id) => (source(id) ? `\0${id}.mjs` : null),
    load: (id) => (id.startsWith('\0') ? source(id.slice(1, -4)) : null)
};
const constants = { 'import.meta.env.SSR': 'false', 'process.env.NODE_ENV': "'production'" };

rmSync('build', { recursive: true, force: true });
cpSync(`${MAIN}/lwc`, 'build/modules/c', { recursive: true, filter: (path) => !path.includes('__tests__') });
const bundle = await rollup({
    input: 'cards.mjs',
    plugins: [
        org,
        replace({ values: constants, preventAssignment: true }),
        lwc({ rootDir: '.', modules: [{ dir: 'build/modules' }, { npm: 'lightning-base-components' }] }),
        nodeResolve()
    ],
    onwarn: () => {}
});
await bundle.write({ file: 'build/cards.js', format: 'iife', name: 'attune', inlineDynamicImports: true });
