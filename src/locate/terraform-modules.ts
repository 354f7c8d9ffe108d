import { posix } from 'node:path'
import type { TextFile } from './files.ts'
import { isList, type Names, UNKNOWN, type Value } from './terraform-values.ts'
import { USER_NAME } from './user-name.ts'

/**
 * The directories of which anything can be declared: those with a user or key resource, those that call a module
 * which makes users, and all that lead to them by calls within the checkout. Found without parsing.
 */
export function declaringDirectories(files: readonly TextFile[]): ReadonlySet<string> {
  const found = new Set<string>()
  const callers = new Map<string, string[]>()
  for (const { path, text } of files) {
    const directory = posix.dirname(path)
    if (/\baws_iam_(user|access_key)\b/.test(text)) found.add(directory)
    for (const [, source = ''] of text.matchAll(SOURCE)) {
      if (isUserModule(source)) found.add(directory)
      const called = sourceDirectory(directory, source)
      if (called !== null) callers.set(called, [...(callers.get(called) ?? []), directory])
    }
  }
  // A set also gives what is added while it is walked.
  for (const directory of found) for (const caller of callers.get(directory) ?? []) found.add(caller)
  return found
}

/** Whether Terraform or OpenTofu reads a file as code. */
export function isTerraform(path: string): boolean {
  return /\.(tf|tofu)(\.json)?$/.test(path)
}

/** Whether Terraform takes a root module's variables from a file without being told to. */
export function isVariableFile(path: string): boolean {
  return /(^|\/)(terraform\.tfvars|[^/]*\.auto\.tfvars)$/.test(path)
}

/** The directory within the checkout that a module source names, or null for any other source. */
export function sourceDirectory(from: string, source: string): string | null {
  if (!/^\.\.?\//.test(source)) return null
  const path = posix.join(from, source).replace(/\/+$/, '')
  return path === '..' || path.startsWith('../') ? null : path
}

/**
 * Whether a module from elsewhere makes IAM users, by its source's words: a part of the path that has `iam` and ends
 * in `user` or `users` (`cloudposse/iam-system-user/aws`, `terraform-aws-modules/iam/aws//modules/iam-user`), or a
 * part `user` somewhere after one with `iam`. `iam-user-policy` and `iam-group-with-policies` are none.
 */
export function isUserModule(source: string): boolean {
  const parts = source
    .toLowerCase()
    .replace(/[?#].*$/, '')
    .split(/[/:]+/)
    .map(part => part.replace(/\.git$/, '').split(/[-_.]/))
  const firstIam = parts.findIndex(words => words.includes('iam'))
  return parts.some(
    (words, index) =>
      /^users?$/.test(words.at(-1) ?? '') &&
      (words.includes('iam') || (words.length === 1 && firstIam !== -1 && firstIam < index)),
  )
}

/**
 * The user names that a call of such a module gives it; none where other arguments make another name of them, as
 * Cloud Posse's label does.
 */
export function namesGiven(given: Names): string[] {
  const argument = NAME_ARGUMENTS.find(name => given.has(name))
  if (argument === undefined || NAME_CHANGING.some(name => given.has(name))) return []
  const value = given.get(argument)
  const list: readonly Value[] = isList(value) ? value : [value ?? UNKNOWN]
  return list.filter(name => typeof name === 'string').filter(name => USER_NAME.test(name))
}

/** The outputs by which such modules give the user's name. */
export const NAME_OUTPUTS: ReadonlySet<string> = new Set(['name', 'user_name', 'iam_user_name', 'username'])

/** A file has one of these words where it declares a user or key, or calls a module that may. */
export const TERRAFORM_WORDS = ['iam', '"./', '"../'] as const

const SOURCE = /\bsource"?[ \t]*[=:][ \t]*"([^"\n]{1,500})"/g

/** What published modules call the argument, the plainest first. */
const NAME_ARGUMENTS = [
  'user_name',
  'username',
  'iam_user_name',
  'name',
  'user',
  'user_names',
  'users',
  'names',
]
const NAME_CHANGING = [
  'namespace',
  'tenant',
  'environment',
  'stage',
  'attributes',
  'context',
  'name_prefix',
  'prefix',
]
