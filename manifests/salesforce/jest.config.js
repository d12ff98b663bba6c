const { jestConfig } = require('@salesforce/sfdx-lwc-jest/config');

module.exports = {
    ...jestConfig,
    modulePathIgnorePatterns: ['<rootDir>/.localdevserver', '<rootDir>/pictures', '<rootDir>/convert', '<rootDir>/build'],
    setupFiles: [...(jestConfig.setupFiles ?? []), '<rootDir>/jest/labels.js'],
    moduleNameMapper: { ...jestConfig.moduleNameMapper, '^jest/(.*)$': '<rootDir>/jest/$1' }
};
