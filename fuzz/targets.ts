/** What reads texts that somebody else wrote. Each target throws only where its input does what no input may. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { applyDiff } from '../sandbox/apply-diff.ts'
import { evidenceOf as madeEvidence } from '../sandbox/evidence.ts'
import { renderMarkdown } from '../sandbox/render.ts'
import { parseConfig } from '../src/config/parse-config.ts'
import { parseReport } from '../src/domain/credential-report.ts'
import { type Declarations, NO_DECLARATIONS } from '../src/domain/declarations.ts'
import { UserError } from '../src/domain/errors.ts'
import type { Evidence, Gathered, Observation } from '../src/domain/evidence.ts'
import { compilePathGlob } from '../src/domain/glob.ts'
import { identify } from '../src/evaluate/programs.ts'
import { readSaved } from '../src/gather/saved.ts'
import { safeLine } from '../src/host/log.ts'
import { readRun, reasonNotToWrite } from '../src/host/run.ts'
import { INPUTS } from '../src/inputs/inputs.ts'
import { parseInputs } from '../src/inputs/parse-inputs.ts'
import { readCodeOwners } from '../src/locate/checkout/codeowners.ts'
import { readKeyIds } from '../src/locate/checkout/key-ids.ts'
import { readTemplate } from '../src/locate/cloudformation/cloudformation.ts'
import { joinDeclarations, readOthers } from '../src/locate/others.ts'
import { readTerraform } from '../src/locate/terraform/terraform.ts'
import { readWorkflow } from '../src/locate/workflows/workflows.ts'
import {
  blocks,
  bullets,
  code,
  codeBlock,
  details,
  heading,
  md,
  table,
} from '../src/publish/describe/markdown.ts'
import { parseMarker, withMarker } from '../src/publish/pull-requests/marker.ts'
import { NOW, publishAll, refuseCommand, refuseMentions } from './publish.ts'

export interface Target {
  /** How the input is documented to be refused; anything else that is thrown is a fault. */
  readonly refusal?: 'UserError'
  readonly run: (input: string) => unknown
}

export const TARGETS: Readonly<Record<string, Target>> = {
  report: {
    refusal: 'UserError',
    run: text => {
      publishAll([evidenceOf(text)])
      parseReport(text)
    },
  },
  evidence: { refusal: 'UserError', run: async text => publishAll(await saved('evidence.json', text)) },
  'bare-report': { refusal: 'UserError', run: async text => publishAll(await saved('report.csv', text)) },
  configuration: { run: configuration },
  // Whoever fills GitHub's 65,536 characters with text of their own keeps the issue from being updated.
  issue: { run: text => publishAll([evidenceOf(REPORT)], { issueBody: text.slice(0, 40_000) }) },
  'issue-state': { run: text => publishAll([evidenceOf(REPORT)], { issueBody: issueWith(text) }) },
  inputs: {
    refusal: 'UserError',
    run: text => {
      const given = new Map(text.split('\n').map(line => splitOnce(line, ': ')))
      parseInputs(
        name => given.get(name)?.replaceAll('\\n', '\n') ?? INPUTS[name as keyof typeof INPUTS].default,
      )
    },
  },
  event: {
    run: text => {
      for (const eventName of ['push', 'pull_request', 'merge_group', 'schedule'])
        reasonNotToWrite(
          readRun({ GITHUB_EVENT_NAME: eventName, GITHUB_EVENT_PATH: 'event.json' }, () => text),
        )
    },
  },
  terraform: { run: text => editable(text, 'main.tf', readTerraformFile) },
  'terraform-json': { run: text => editable(text, 'main.tf.json', readTerraformFile) },
  cloudformation: { run: text => editable(text, 'template.yaml', readTemplate) },
  workflow: {
    run: text => {
      const path = '.github/workflows/ci.yml'
      const { logins } = readWorkflow(path, text)
      for (const { edit } of logins) if (edit?.diff) applyDiff({ [path]: text }, edit.diff)
      declared({ staticLogins: logins })
    },
  },
  'pull-request': {
    run: text => {
      const marker = parseMarker(text)
      if (marker !== null && parseMarker(withMarker(text, marker)) === null)
        throw new Error('The marker of a pull request is lost when it is written')
    },
  },
  codeowners: {
    run: text => declared({ ...PLACED, codeOwners: readCodeOwners('.github/CODEOWNERS', text) }),
  },
  declarations: { run: async text => joined(text) },
  'key-ids': { run: text => declared({ keyIds: readKeyIds('deploy.sh', text) }) },
  'user-agent': {
    run: text => {
      refuseCommand(safeLine(identify(text).name))
      publishAll([evidenceOf(REPORT, [usedBy(text)])])
    },
  },
  markdown: { run: markdown },
  'log-line': { run: text => refuseCommand(safeLine(text)) },
}

/** Runs a target; a documented refusal is no fault. */
export async function tryTarget(name: string, input: string): Promise<void> {
  const target = TARGETS[name]
  if (target === undefined) throw new Error(`There is no target ${name}: ${Object.keys(TARGETS).join(', ')}`)
  try {
    await target.run(input)
  } catch (error) {
    if (!(target.refusal === 'UserError' && error instanceof UserError)) throw error
  }
}

const AT = '2026-11-23T23:59:00Z'
const KEY_ID = 'AKIAIOSFODNN7ABCDEFG'

const REPORT = [
  'user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service',
  '<root_account>,arn:aws:iam::123456789012:root,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A',
  'ci-deployer,arn:aws:iam::123456789012:user/ci/ci-deployer,true,2026-01-01T00:00:00Z,2026-11-20T00:00:00Z,us-east-1,s3,false,N/A,N/A,N/A,N/A',
  'two-keys,arn:aws:iam::123456789012:user/two-keys,true,2026-02-01T00:00:00Z,N/A,N/A,N/A,true,2026-09-01T00:00:00Z,2026-11-01T00:00:00Z,us-east-1,iam',
].join('\n')

const SEEN: Observation = {
  kind: 'access-keys',
  user: 'ci-deployer',
  at: AT,
  keys: [{ accessKeyId: KEY_ID, status: 'Active', createdAt: '2026-01-01T00:00:00Z' }],
}

const PLACED: Partial<Declarations> = {
  users: [
    {
      tool: 'terraform',
      path: 'iam/users/deeply/nested/ci.tf',
      line: 3,
      userName: 'ci-deployer',
      address: 'aws_iam_user.ci',
    },
  ],
}

function evidenceOf(report: string, observations: readonly Observation[] = [SEEN]): Evidence {
  const account = { id: '123456789012', partition: 'aws', name: null, alias: 'prod' } as const
  const role = 'arn:aws:iam::123456789012:role/audit'
  return madeEvidence(report, AT, { account, role, gatheredAt: AT, observations })
}

function usedBy(userAgent: string): Observation {
  const use = {
    at: AT,
    userAgent,
    sourceAddress: userAgent.slice(0, 256),
    eventSource: 's3.amazonaws.com',
    eventName: 'ListBuckets',
  }
  return {
    kind: 'usage',
    user: 'ci-deployer',
    accessKeyId: KEY_ID,
    at: AT,
    region: 'us-east-1',
    uses: [use],
    truncated: false,
  }
}

let directory: string | null = null

async function saved(name: string, text: string): Promise<Gathered[]> {
  directory ??= mkdtempSync(join(tmpdir(), 'fuzz-'))
  const path = join(directory, name)
  writeFileSync(path, text)
  const source = { kind: 'files', patterns: [name], workspace: directory, maxAgeHours: 48 } as const
  const gathered: Gathered[] = []
  for await (const each of readSaved(source, NOW)) gathered.push(each)
  return gathered
}

async function configuration(text: string): Promise<void> {
  const outcome = parseConfig(text, '.github/access-key-rotation.yml', NOW)
  if (outcome.kind === 'broken') {
    const lines = text.split(/\r\n?|\n/).length
    if (outcome.problems.length === 0) throw new Error('A broken file without a problem')
    for (const { line } of outcome.problems)
      if (line < 1 || line > lines) throw new Error(`A problem at line ${line} of ${lines}`)
    return
  }
  publishAll([evidenceOf(REPORT), evidenceOf(LONG_NAMES)], { config: outcome.config })
  const matchers = outcome.config.infrastructure.map(compilePathGlob)
  const isInfrastructure = (path: string) => matchers.some(matches => matches(path))
  for (const path of ['main.tf', `${'a/'.repeat(100)}main.tf`, 'a'.repeat(255), 'a/'.repeat(500)])
    isInfrastructure(path)
}

/** Names on which a backtracking glob takes its time. */
const LONG_NAMES = REPORT.replaceAll('ci-deployer', 'a'.repeat(64)).replaceAll('/ci/', `/${'a/'.repeat(200)}`)

function readTerraformFile(path: string, text: string) {
  return readTerraform([{ path: '.', files: [{ path, text }] }])
}

type Found = Pick<Declarations, 'users' | 'keys' | 'possibleKeys'>

/** What is found is published; each edit of a key applies, and makes of the key what it says. */
function editable(text: string, path: string, readFile: (path: string, text: string) => Found): void {
  const found = readFile(path, text)
  declared(found)
  const addresses = found.keys.map(({ address }) => address)
  for (const { address, edits, userName } of found.keys.slice(0, 3)) {
    if (addresses.indexOf(address) !== addresses.lastIndexOf(address)) continue
    for (const [edit, { diff }] of Object.entries(edits)) {
      if (diff === null) continue
      const { keys } = readFile(path, applyDiff({ [path]: text }, diff)[path] ?? '')
      const key = keys.find(one => one.address === address)
      const isMade = {
        deactivate: key?.status === 'Inactive' && key.userName === userName,
        remove: key === undefined && keys.length === addresses.length - 1,
        second: key !== undefined && keys.length === addresses.length + 1,
      }[edit]
      if (!isMade) throw new Error(`the edit ${edit} of ${address} makes something else:\n${diff}`)
    }
  }
}

function declared(found: Partial<Declarations>): void {
  if (Object.values(found).every(each => Array.isArray(each) && each.length === 0)) return
  publishAll([evidenceOf(REPORT)], { declarations: { ...NO_DECLARATIONS, ...found } })
}

/** The text as the declarations that another repository has saved; published as far as they are usable. */
async function joined(text: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const directory = join(folder, 'octo-org', 'billing')
  mkdirSync(directory, { recursive: true })
  try {
    writeFileSync(join(directory, 'declarations.json'), withDigest(text))
    const others = await readOthers({ directory: folder, own: RUN_REPOSITORY, now: NOW, maxAgeHours: null })
    const doubts = others.repositories.filter(({ doubt }) => doubt !== null)
    if (others.joined.length === 0 && (doubts.length === 0 || others.problems.length === 0))
      throw new Error('Declarations were passed over in silence')
    for (const { message } of others.problems) refuseCommand(safeLine(message))
    publishAll([evidenceOf(REPORT)], { declarations: joinDeclarations(NO_DECLARATIONS, others) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const RUN_REPOSITORY = 'octo-org/octo-repo'

/** A file whose declarations were changed agrees with its digest all the same: whoever writes one can compute it. */
function withDigest(text: string): string {
  try {
    const file = JSON.parse(text)
    const sha256 = createHash('sha256').update(JSON.stringify(file.declarations)).digest('hex')
    return JSON.stringify({ ...file, sha256 })
  } catch {
    return text
  }
}

/** An issue of ours with this JSON as its hidden state, packed as the action packs it. */
export function issueWith(json: string): string {
  return [
    '<!-- aws-access-key-rotation-audit:issue repository all -->',
    `<!-- aws-access-key-rotation-audit:state:1 ${deflateRawSync(json).toString('base64')} -->`,
    '<!-- aws-access-key-rotation-audit: everything below this line is yours -->',
    'notes',
  ].join('\n')
}

const OURS = new Set([
  'h2',
  'p',
  'ul',
  'li',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'details',
  'summary',
  'pre',
  'code',
  'span',
])

function markdown(text: string): void {
  const page = blocks([
    heading(2, text),
    md`A ${text} and ${code(text)}.`,
    bullets([text]),
    table([{ title: 'User' }], [[text], [code(text)]]),
    details(text, codeBlock(text, 'sh')),
  ]).markdown
  refuseMentions(page)
  if (page.length > 20_000) return
  for (const [, name = ''] of renderMarkdown(page).matchAll(/<([a-z]\w*)/g))
    if (!OURS.has(name)) throw new Error(`A text became the element ${name}`)
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}
