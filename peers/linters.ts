/** Linters that others wrote, over every workflow, example, template and schema of this project. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from './check.ts'
import { PROJECT, type Tool, tool } from './install.ts'
import { mustPass } from './run.ts'

const WORKFLOWS = [...filesIn('.github/workflows'), ...filesIn('examples')]

export const linterChecks: readonly Check[] = [
  // Whether shellcheck and pyflakes are about must not decide the outcome.
  linter('actionlint', ['-no-color', '-shellcheck=', '-pyflakes='], WORKFLOWS),
  linter(
    'zizmor',
    ['--offline', '--no-progress', '--quiet', '--config', 'peers/zizmor.yml'],
    [...WORKFLOWS, 'action.yml'],
  ),
  schema('vendor.github-actions', ['action.yml']),
  schema('vendor.github-workflows', WORKFLOWS),
  schema('vendor.dependabot', ['.github/dependabot.yml']),
  linter('check-jsonschema', ['--check-metaschema'], filesIn('schemas')),
  linter(
    'cfn-lint',
    [],
    filesIn('setup').filter(file => file.endsWith('.yaml')),
  ),
]

function linter(name: Tool, options: readonly string[], files: readonly string[]): Check {
  return {
    name: `${name} over ${namesOf(files)}`,
    async run() {
      await mustPass(tool(name), [...options, ...files], { cwd: PROJECT })
      return `${files.length} files`
    },
  }
}

function schema(builtin: string, files: readonly string[]): Check {
  const check = linter('check-jsonschema', ['--builtin-schema', builtin], files)
  return { ...check, name: check.name.replace('over', `(${builtin}) over`) }
}

function namesOf(files: readonly string[]): string {
  return [
    ...new Set(files.map(file => (file.includes('/') ? `${file.split('/').slice(0, -1).join('/')}/` : file))),
  ].join(' ')
}

/** Paths in the project, sorted. */
function filesIn(directory: string): string[] {
  return readdirSync(join(PROJECT, directory), { withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ name }) => `${directory}/${name}`)
    .sort()
}
