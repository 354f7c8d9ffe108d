/**
 * What an action says to its runner: workflow commands on stdout, and files that the runner names in the environment.
 * `@actions/core` does the same, but its HTTP client takes longer to load than a whole audit of a saved report;
 * only the OIDC token is asked for through it.
 * Formats: GitHub Docs, "Workflow commands for GitHub Actions"; escapes: actions/toolkit, `packages/core/src/command.ts`.
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { EOL } from 'node:os'

export interface AnnotationProperties {
  readonly title?: string
  readonly file?: string
  readonly startLine?: number
}

/** The input's text without blanks around it; empty where it is not given. */
export function getInput(name: string): string {
  return (process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim()
}

/** A line of the log. Nothing is escaped: the line must not be one that the runner takes for a command. */
export function info(line: string): void {
  process.stdout.write(line + EOL)
}

/** Shown only with debug logging. */
export function debug(message: string): void {
  command('debug', message)
}

export function error(message: string, properties?: AnnotationProperties): void {
  command('error', message, properties)
}

export function warning(message: string, properties?: AnnotationProperties): void {
  command('warning', message, properties)
}

export function notice(message: string, properties?: AnnotationProperties): void {
  command('notice', message, properties)
}

export function startGroup(title: string): void {
  command('group', title)
}

export function endGroup(): void {
  command('endgroup', '')
}

/** Keeps the secret out of the log from now on. */
export function setSecret(secret: string): void {
  command('add-mask', secret)
}

/** An output of the step; nothing where the runner takes none. */
export function setOutput(name: string, value: string | number): void {
  const file = process.env['GITHUB_OUTPUT']
  // A random delimiter, so that no value can end itself and begin another output.
  const delimiter = `ghadelimiter_${randomUUID()}`
  if (file) appendFileSync(file, [`${name}<<${delimiter}`, value, delimiter, ''].join(EOL))
}

/** Adds Markdown to the job's page; nothing where the runner takes none. */
export function addSummary(markdown: string): void {
  const file = process.env['GITHUB_STEP_SUMMARY']
  if (file) appendFileSync(file, markdown + EOL)
}

function command(name: string, message: string, { title, file, startLine }: AnnotationProperties = {}): void {
  const properties = Object.entries({ title, file, line: startLine }).flatMap(([property, value]) =>
    value === undefined || value === '' ? [] : [`${property}=${escapeProperty(String(value))}`],
  )
  const head = [name, properties.join(',')].filter(part => part !== '').join(' ')
  process.stdout.write(`::${head}::${escapeMessage(message)}${EOL}`)
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
