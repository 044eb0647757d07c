/** Prints `N passed, N failed` from vitest's report; `node scripts/test-summary.mjs <report> <exit status of npm test>`. */
import { existsSync, readFileSync } from 'node:fs';

const [report, status] = process.argv.slice(2);
let passed = 0;
let failed = 0;
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  passed = numPassedTests;
  // A file that does not even load has no tests to count: it is one failure itself.
  failed = numFailedTests + testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
}
if (status !== '0' && failed === 0) {
  console.log('A step before or beside the tests failed (types, lint, format or dead code): see above. It counts as one.');
  failed = 1;
}
console.log(`${passed} passed, ${failed} failed`);
