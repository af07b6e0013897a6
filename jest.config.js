/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  maxWorkers: '100%',
  modulePathIgnorePatterns: ['<rootDir>/.cache/mutants/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  setupFiles: ['<rootDir>/test/support/setup.js'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  collectCoverageFrom: ['{cli,terminal,lambda,lib,local,runtime}/**/*.ts'],
  coverageReporters: ['text-summary', 'lcovonly'],
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};
