// Prints "N passed, N failed" from the JSON report of vitest, and exits 1 unless everything passed. A file of tests
// that could not be loaded, or a report that is not there because the build failed, counts as one failure.
//
//   node scripts/ci-summary.mjs build/test-results.json
import { readFileSync } from 'node:fs'

/** @returns {{ passed: number, failed: number }} */
function count(path) {
  let report
  try {
    report = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1 }
  }
  const unloaded = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
  const failed = report.numFailedTests + unloaded.length
  return { passed: report.numPassedTests, failed: report.success || failed > 0 ? failed : 1 }
}

const { passed, failed } = count(process.argv[2] ?? 'build/test-results.json')
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
