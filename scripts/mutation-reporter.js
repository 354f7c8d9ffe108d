// Tells scripts/mutation.ts of each test file as it starts and as it ends, a line of JSON each.
export default class Reporter {
  onTestFileStart({ path }) {
    console.log(JSON.stringify({ path }))
  }

  onTestFileResult({ path }, { numFailingTests, testExecError, perfStats }) {
    const failed = numFailingTests > 0 || testExecError != null
    console.log(JSON.stringify({ path, failed, ms: perfStats.runtime }))
  }
}
