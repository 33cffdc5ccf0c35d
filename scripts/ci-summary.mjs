// Prints "N passed, N failed" for the test run whose results vitest left in build/test-results.json; a run that
// left none counts as one failure.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../build/test-results.json', import.meta.url))
let results = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, success: false }
try {
  results = JSON.parse(readFileSync(file, 'utf8'))
} catch {
  console.error(`no test results in ${file}`)
}
const { numPassedTests: passed, numFailedTests, numPendingTests: skipped, success } = results
// A file that cannot even be collected fails the run without a failed test.
const failed = success ? numFailedTests : Math.max(1, numFailedTests)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
