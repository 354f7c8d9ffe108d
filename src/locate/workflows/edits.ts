/** The change by which a workflow logs in to AWS by OIDC in place of a stored access key. */
import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { CodeEdit } from '../../domain/declarations.ts'
import { type Change, codeEdit, inFile, noEdit } from '../text/diff.ts'
import { lineBreakAt, lineStart } from '../text/lines.ts'
import { type Entry, type Place, textOf, type YamlFile } from '../text/yaml.ts'
import {
  insertion,
  isMovable,
  pairLike,
  placeIn,
  rangeAt,
  removals,
  replacement,
  valueAt,
} from '../text/yaml-edits.ts'

/** A repository's variable, so that the change is whole before the role is known. */
const ROLE = '${{ vars.AWS_ROLE_TO_ASSUME }}'

/** @param login the inputs of configure-aws-credentials @param keyId the pair that gives the access key ID */
export function oidcEdit(file: YamlFile, path: string, login: Node | null, keyId: Entry): CodeEdit {
  const { text } = file
  const secret = file.ownEntries(keyId.place.map).find(({ key }) => /^aws-secret-access-key$/i.test(key))
  const own = isMap(login) && login === keyId.place.map && login.flow !== true
  if (file.error !== null || !own || secret === undefined) return OF_ITS_OWN
  if (![keyId, secret].every(({ place }) => isMovable(text, place))) return OF_ITS_OWN
  const hasRole = file.ownEntries(login).some(({ key }) => /^role-to-assume$/i.test(key))
  const permission = permissionFor(file, login)
  if (permission === null) return noEdit('the permissions of its job are written in a form of their own')
  const changes: readonly Change[] = [
    ...(hasRole
      ? removals(text, [keyId.place, secret.place])
      : [
          { ...rangeAt(text, keyId.place), text: pairLike(text, keyId.place, 'role-to-assume', ROLE) },
          ...removals(text, [secret.place]),
        ]),
    ...(permission.change ? [permission.change] : []),
  ]
  const trust = 'that trusts this repository’s OIDC tokens'
  const role = hasRole
    ? `role-to-assume is to name a role ${trust}`
    : `set the repository’s variable AWS_ROLE_TO_ASSUME to the ARN of a role ${trust}`
  return codeEdit(inFile({ path, text }, changes), [role, permission.note].filter(Boolean).join('; '))
}

const OF_ITS_OWN = noEdit('its login is written in a form of its own')

interface Permission {
  readonly change?: Change
  readonly note?: string
}

/** `id-token: write` for the job that logs in; null where it cannot be written with certainty. */
function permissionFor(file: YamlFile, login: Node): Permission | null {
  const job = jobOf(file, login)
  if (job === null)
    return { note: 'the jobs that use this action need `id-token: write` under `permissions`' }
  const place = placeIn(job, 'permissions') ?? placeIn(file.root, 'permissions')
  return place === null ? newPermissions(file, job) : inPermissions(file, place)
}

/** null in a composite action. */
function jobOf({ root, ownEntries, get }: YamlFile, login: Node): Node | null {
  const jobs = get(root, 'jobs')
  const all = jobs === null ? [] : ownEntries(jobs).flatMap(({ value }) => value ?? [])
  return (
    all.find(job => {
      const steps = get(job, 'steps')
      return isSeq<Node | null>(steps) && steps.items.some(step => get(step, 'with') === login)
    }) ?? null
  )
}

function inPermissions({ text }: YamlFile, place: Place): Permission | null {
  const value = valueAt(place)
  if (isScalar(value) && value.value === 'write-all') return {}
  if (!isMap<Node, Node | null>(value) || value.items.length === 0) return null
  const token = placeIn(value, 'id-token')
  if (token !== null)
    return textOf(valueAt(token)) === 'write' ? {} : { change: replacement(text, token, 'write') }
  const last = { map: value, index: value.items.length - 1 }
  return isMovable(text, last)
    ? { change: insertion(text, last, pairLike(text, last, 'id-token', 'write')) }
    : null
}

/** Beside what the job says first. A job that names one permission has no other but those that it names. */
function newPermissions({ text }: YamlFile, job: Node): Permission | null {
  if (!isMap<Node, Node | null>(job) || job.flow === true || job.items.length === 0) return null
  const first = { map: job, index: 0 }
  if (!isMovable(text, first)) return null
  const { start } = rangeAt(text, first)
  const indent = text.slice(lineStart(text, start), start)
  const lines = ['permissions:', `${indent}  contents: read`, `${indent}  id-token: write`]
  return {
    change: insertion(text, first, lines.join(lineBreakAt(text, start))),
    note: 'a job that names permissions has no others: add those that this one needs',
  }
}
