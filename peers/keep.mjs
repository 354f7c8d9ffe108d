// Loaded into every Node process of a workflow: keeps what a step of this action leaves, which act throws away at the job's end.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { PEERS_KEPT, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT, GITHUB_JOB } = process.env
if (PEERS_KEPT && GITHUB_STEP_SUMMARY && /[\\/]dist[\\/]index\.js$/.test(process.argv[1] ?? '')) {
  process.on('exit', exitCode => {
    const kept = {
      job: GITHUB_JOB,
      exitCode,
      summary: readFileSync(GITHUB_STEP_SUMMARY, 'utf8'),
      outputs: readFileSync(GITHUB_OUTPUT, 'utf8'),
    }
    writeFileSync(join(PEERS_KEPT, `${process.pid}.json`), JSON.stringify(kept))
  })
}
