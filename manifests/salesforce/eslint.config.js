const { defineConfig } = require('eslint/config');
const recommended = require('@salesforce/eslint-config-lwc/recommended');
const jestPlugin = require('eslint-plugin-jest');

module.exports = defineConfig([
    { ignores: ['**/build/**', '*/node_modules/**'] },
    {
        files: ['force-app/**/lwc/**/*.js'],
        ignores: ['**/__tests__/**'],
        extends: [recommended],
        // lightning/graphql is newer than source API version 63.0, by which the whole package is checked.
        rules: { '@lwc/lwc/newer-version-available': 'off' }
    },
    {
        files: ['force-app/**/__tests__/**/*.js', 'jest/**/*.js'],
        plugins: { jest: jestPlugin },
        extends: [jestPlugin.configs['flat/recommended']],
        languageOptions: { globals: { ...jestPlugin.environments.globals.globals, require: 'readonly', document: 'readonly' } }
    }
]);
