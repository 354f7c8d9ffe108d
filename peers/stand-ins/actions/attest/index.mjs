import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'

for (const pattern of process.env['INPUT_SUBJECT-PATH'].split('\n').filter(Boolean)) {
  const files = globSync(pattern)
  if (files.length === 0) {
    console.log(`::error::Could not find subject at path ${pattern}`)
    process.exitCode = 1
  }
  for (const file of files) {
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex')
    console.log(`attested ${file.replaceAll('\\', '/')} sha256:${digest}`)
  }
}
