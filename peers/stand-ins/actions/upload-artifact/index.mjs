import { cpSync, existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

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
  // A file by its name, a directory by what is in it.
  const inside = statSync(path).isFile() ? basename(path) : ''
  cpSync(resolve(path), join(artifacts, name, inside), { recursive: true })
}
