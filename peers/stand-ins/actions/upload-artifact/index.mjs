import { cpSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const { INPUT_NAME: name, INPUT_PATH: path, PEERS_ARTIFACTS: artifacts } = process.env
if (!existsSync(path)) {
  // As the original does, whose if-no-files-found is warn.
  console.log(
    `::warning::No files were found with the provided path: ${path}. No artifacts will be uploaded.`,
  )
} else if (existsSync(join(artifacts, name))) {
  console.log(`::error::An artifact with the name ${name} already exists on the workflow run`)
  process.exitCode = 1
} else {
  cpSync(resolve(path), join(artifacts, name), { recursive: true })
}
