import { posix } from 'node:path'
import { compareText } from '../../domain/order.ts'
import type { TextFile } from '../checkout/files.ts'
import { isKeyModule } from '../makers/modules.ts'
import { unescaped } from '../text/escapes.ts'

/**
 * The directories of which anything can be declared: those that make users or keys, or call a module from elsewhere
 * that may, and all that lead to them by calls within the checkout. Found without parsing.
 */
export function declaringDirectories(
  files: readonly TextFile[],
  repository: string | null,
): ReadonlySet<string> {
  const found = new Set<string>()
  const callers = new Map<string, string[]>()
  for (const { path, text: written } of files) {
    const text = unescaped(written)
    const directory = posix.dirname(path)
    if (MAKING.test(text)) found.add(directory)
    for (const [, source = ''] of text.matchAll(SOURCE)) {
      if (isKeyModule(source)) found.add(directory)
      const called = sourceDirectory(directory, source, repository)
      if (called !== null) callers.set(called, [...(callers.get(called) ?? []), directory])
    }
  }
  // A set also gives what is added while it is walked.
  for (const directory of found) for (const caller of callers.get(directory) ?? []) found.add(caller)
  return found
}

const MAKING = /iam_?user|access_key\b|create-access-key|AccessKey\b|static_role\b|static-role/

/** Whether Terraform or OpenTofu reads a file as code. */
export function isTerraform(path: string): boolean {
  return /\.(tf|tofu)(\.json)?$/.test(path)
}

/** Whether Terraform takes a root module's variables from a file without being told to. */
export function isVariableFile(path: string): boolean {
  return /((^|\/)terraform|\.auto)\.tfvars(\.json)?$/.test(path)
}

/** Whether it does where it is told to. */
export function isOtherVariableFile(path: string): boolean {
  return /\.tfvars(\.json)?$/.test(path) && !isVariableFile(path)
}

/**
 * A directory's files in the order in which Terraform lets the later ones win: `terraform.tfvars`, its JSON, the
 * `.auto.tfvars` of either syntax by name; the overriding files after all others. OpenTofu reads `a.tofu` in place of
 * `a.tf`. https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
 */
export function inPrecedence<T extends { readonly path: string }>(files: readonly T[]): T[] {
  const paths = new Set(files.map(({ path }) => path))
  const rank = ({ path }: T) => {
    if (/terraform\.tfvars$/.test(path)) return 0
    if (/terraform\.tfvars\.json$/.test(path)) return 1
    return isOverride(path) ? 3 : 2
  }
  return files
    .filter(
      ({ path }) => !/\.tf(\.json)?$/.test(path) || !paths.has(path.replace(/\.tf(?=$|\.json$)/, '.tofu')),
    )
    .toSorted((a, b) => rank(a) - rank(b) || compareText(a.path, b.path))
}

/** https://developer.hashicorp.com/terraform/language/files/override */
export function isOverride(path: string): boolean {
  return /(^|\/|_)override\.(tf|tofu)(\.json)?$/.test(path)
}

/** The directory within the checkout that a module source names, by path or by this repository's own address; else null. */
export function sourceDirectory(from: string, source: string, repository: string | null): string | null {
  const own = repository === null ? null : ownDirectory(source, repository)
  const path = /^\.\.?\//.test(source) ? posix.join(from, source).replace(/\/+$/, '') : own
  return path === null || path === '..' || path.startsWith('../') ? null : path
}

/** `git::https://github.com/OWNER/NAME.git//path?ref=v1`, `github.com/OWNER/NAME//path`, `git@github.com:OWNER/NAME.git//path`. */
function ownDirectory(source: string, repository: string): string | null {
  const [, name, path = ''] =
    /^(?:git::)?(?:\w+:\/\/)?(?:[^@/]+@)?[\w.-]+[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?(?:\/\/([^?]*))?(?:\?.*)?$/.exec(
      source,
    ) ?? []
  if (name?.toLowerCase() !== repository.toLowerCase()) return null
  // A registry's address looks the same, without a host.
  if (!/^git|github|\.git\b/.test(source)) return null
  return posix.join('.', path).replace(/\/+$/, '')
}

/** A file has one of these words where it declares a user or key, or calls a module that may. */
export const TERRAFORM_WORDS = ['iam', 'access', 'AccessKey', 'static', '"./', '"../', 'git'] as const

const SOURCE = /\bsource"?[ \t]*[=:][ \t]*"([^"\n]{1,500})"/g
