import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { INPUT_SARIF_FILE: file, INPUT_CATEGORY: category, INPUT_TOKEN: token } = process.env
const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, PEERS_ARTIFACTS: artifacts } = process.env
// An upload is named after the workflow of its run, for which upload-sarif asks as `getWorkflowRelativePath` of its source does.
const run = await ask(
  `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}?exclude_pull_requests=true`,
)
const { path } = await ask(run.workflow_url)
const { version, runs } = JSON.parse(readFileSync(file, 'utf8'))
// GitHub refuses the whole file where one result has no location in the repository.
const unplaced = runs
  .flatMap(({ results }) => results)
  .filter(({ locations }) => !locations?.[0]?.physicalLocation)
if (version !== '2.1.0' || unplaced.length > 0) {
  console.log(`::error::The SARIF file is refused: ${unplaced.length} results have no location`)
  process.exitCode = 1
}
mkdirSync(artifacts, { recursive: true })
writeFileSync(join(artifacts, `${category}.sarif`), JSON.stringify({ path, version, runs }))

async function ask(url) {
  const response = await fetch(url, { headers: { authorization: `token ${token}` } })
  const answer = await response.json()
  if (response.ok) return answer
  console.log(`::error::${answer.message}`)
  process.exit(1)
}
