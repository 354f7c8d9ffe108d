import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { INPUT_SARIF_FILE: file, INPUT_CATEGORY: category, PEERS_ARTIFACTS: artifacts } = process.env
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
writeFileSync(join(artifacts, `${category}.sarif`), JSON.stringify({ version, runs }))
