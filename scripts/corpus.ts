/** `npm run test:corpus -- DIR`: what the scan says of each checkout in a folder of them, by form, and whether the changes that it writes apply. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyDiff } from '../sandbox/apply-diff.ts'
import { DEFAULT_INFRASTRUCTURE } from '../src/config/schema.ts'
import type {
  Declarations,
  KeyDeclaration,
  KeyEdits,
  PossibleDeclaration,
} from '../src/domain/declarations.ts'
import { locate } from '../src/locate/locate.ts'

const EDITS = ['deactivate', 'remove', 'second'] as const satisfies readonly (keyof KeyEdits)[]

interface Tally {
  /** Checkouts with something of the form. */
  readonly in: Set<string>
  declared: number
  inPart: number
  ofAny: number
  named: number
  readonly edits: Record<(typeof EDITS)[number], number>
}

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('Name the folder whose folders are the checkouts: npm run test:corpus -- DIR')
  process.exit(1)
}
const byForm = new Map<string, Tally>()
const skipped: string[] = []
for (const name of readdirSync(folder).toSorted()) await count(name, join(folder, name))
print()

async function count(name: string, root: string): Promise<void> {
  // A folder of the name OWNER+NAME is that repository, whose modules may be called by its address.
  const repository = name.includes('+') ? name.replace('+', '/') : null
  const { declarations } = await locate(root, DEFAULT_INFRASTRUCTURE, { repository })
  for (const key of declarations.keys) {
    const tally = tallyOf(formOf(key), name)
    tally.declared++
    for (const edit of EDITS) if (applies(key, edit, root)) tally.edits[edit]++
  }
  for (const possible of declarations.possibleKeys) {
    const tally = tallyOf(formOf(possible), name)
    if (possible.users.some(part => part !== null)) tally.inPart++
    else tally.ofAny++
  }
  for (const { path } of declarations.keyMakers) tallyOf(languageOf(path), name).named++
  skipped.push(...skippedIn(name, declarations))
}

function skippedIn(name: string, { scan }: Declarations): string[] {
  return scan.skipped.map(({ path, reason }) => `${name} ${path}: ${reason}`)
}

function tallyOf(form: string, name: string): Tally {
  const tally = byForm.get(form) ?? {
    in: new Set<string>(),
    declared: 0,
    inPart: 0,
    ofAny: 0,
    named: 0,
    edits: { deactivate: 0, remove: 0, second: 0 },
  }
  byForm.set(form, tally)
  tally.in.add(name)
  return tally
}

function formOf({ tool, path, address }: KeyDeclaration | PossibleDeclaration): string {
  if (tool === null) return languageOf(path)
  const syntax = path.endsWith('.json') ? ', JSON' : ''
  if (tool === 'cloudformation') return `CloudFormation${syntax}`
  if (address.includes('aws_iam_access_key')) return `Terraform, \`aws_iam_access_key\`${syntax}`
  return /(^|\.)module\.[^.]+$/.test(address)
    ? 'Terraform, module from elsewhere'
    : 'Terraform, other resource'
}

function languageOf(path: string): string {
  return `searched: ${/\.\w+$/.exec(path)?.[0] ?? 'without extension'}`
}

/** Whether the edit has a diff; an error where it does not apply. */
function applies({ edits }: KeyDeclaration, edit: keyof KeyEdits, root: string): boolean {
  const { diff } = edits[edit]
  if (diff === null) return false
  const paths = Array.from(diff.matchAll(/^--- "?a\/([^"\n]*)/gm), ([, path = '']) => path)
  applyDiff(Object.fromEntries(paths.map(path => [path, readFileSync(join(root, path), 'utf8')])), diff)
  return true
}

function print(): void {
  const rows = [...byForm].toSorted(([a], [b]) => (a < b ? -1 : 1))
  console.log(
    '| Form | Repositories | Declared | May be, name known | May be, any user | Named | Diffs: Inactive, removed, second |',
  )
  console.log('|---|--:|--:|--:|--:|--:|---|')
  for (const [form, { in: checkouts, declared, inPart, ofAny, named, edits }] of rows)
    console.log(
      `| ${form} | ${checkouts.size} | ${declared} | ${inPart} | ${ofAny} | ${named} | ${EDITS.map(edit => edits[edit]).join(', ')} |`,
    )
  const all = new Set(rows.flatMap(([, { in: checkouts }]) => [...checkouts]))
  console.log(`\n${all.size} checkouts; passed over: ${skipped.length}`)
  for (const line of skipped) console.log(line)
}
