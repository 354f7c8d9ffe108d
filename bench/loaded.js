// Loaded into the action's process: writes down which files of the bundle it loads.
import { writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

const files = []
registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.push(fileURLToPath(url))
    return nextLoad(url, context)
  },
})
process.on('exit', () => {
  writeFileSync(new URL(import.meta.url).searchParams.get('to'), JSON.stringify(files))
})
