import type { NamePattern, PossibleDeclaration } from '../../domain/declarations.ts'
import { type Budget, valuesOf } from '../expressions/evaluate.ts'
import { type Expression, resourcesIn } from '../expressions/expression.ts'
import { usersOfScript } from '../makers/key-makers.ts'
import { textsGiven } from '../makers/modules.ts'
import { isTold } from '../makers/users.ts'
import { possibleKey } from '../names/possible.ts'
import type { Names } from '../names/values.ts'
import type { Resource } from './module.ts'
import { instances } from './names.ts'

/**
 * Keys that a resource of another provider, a command or a stack may make: of the users that it names or is given, of
 * any where its kind makes keys and nothing in it tells whose.
 */
export function otherMakers(
  resource: Resource,
  names: Names,
  budget: Budget,
  prefix: string,
): PossibleDeclaration[] {
  const { path, line, labels, start, end, text } = resource
  const [type = ''] = labels
  const code = text.slice(start, end)
  const isMaker = /access_key|aws_secret_backend_static_role/.test(type) || MAKES_KEYS.test(code)
  if (!isMaker && !/aws_iam_user|module\./.test(code)) return []
  const reason = isMaker ? `${type} makes keys` : `${type} is given the user, and what it makes is not known`
  const rotates = /expiring/.test(type) ? { rotates: `${type} rotates it by its age` } : {}
  const address = `${prefix}${type}.${resource.name}`
  // What Terraform fills in is known above.
  const filled = { ...resource, text: text.replace(/\$\{[^{}\n]*\}/g, inside => 'x'.repeat(inside.length)) }
  const inScript = scriptUsers(filled).filter(users => !isTold(users))
  return [...patterns(resource, isMaker, names, budget), ...inScript].map(users =>
    possibleKey({ tool: 'terraform', path, line, address, users, reason, ...rotates }),
  )
}

const MAKES_KEYS =
  /create-access-key|AWS::IAM::AccessKey|create_access_key\s*\(|(?<!iam:)\b[Cc]reateAccessKey/

/** Keys that a script may make that stands in any other block: the data of an instance, a document, a local. */
export function scriptMakers(block: Resource): PossibleDeclaration[] {
  const { path, line, type, labels } = block
  const address = [type, ...labels].join('.').replace(/^resource\./, '')
  const reason = `${address} has a script that makes keys`
  return scriptUsers(block).map(users =>
    possibleKey({ tool: 'terraform', path, line, address, users, reason }),
  )
}

function scriptUsers({ path, text, start, end }: Resource): NamePattern[] {
  const code = text.slice(start, end)
  return MAKES_KEYS.test(code) ? usersOfScript(path, code) : []
}

function patterns(resource: Resource, isMaker: boolean, names: Names, budget: Budget): NamePattern[] {
  const given = instances(resource, names, budget).flatMap(instance =>
    bodiesOf(resource).flatMap(({ attributes }) => {
      const wanted = [...attributes].filter(([, expression]) => isMaker || refersToUser(expression))
      return textsGiven(valuesOf(wanted, instance.names, budget)).flatMap(wordsOf)
    }),
  )
  return given.length === 0 && isMaker ? [[null]] : given
}

/** The words of a command, in which what is not known is part of the word that it stands in. */
function wordsOf(text: NamePattern): NamePattern[] {
  const words = text
    .map(part => part ?? GAP)
    .join('')
    .split(NO_NAME)
  return words
    .filter(word => word.replaceAll(GAP, '') !== '')
    .map(word => word.split(SPLIT).flatMap(part => (part === '' ? [] : [part === GAP ? null : part])))
}

const GAP = '\0'
const SPLIT = /(\0)/
const NO_NAME = /[^\w+=,.@${}:\0-]+/

function bodiesOf(body: Pick<Resource, 'attributes' | 'blocks'>): Pick<Resource, 'attributes'>[] {
  return [body, ...body.blocks.flatMap(bodiesOf)]
}

/** Whether an expression takes something from a user resource. */
export function refersToUser(expression: Expression | undefined): boolean {
  return resourcesIn(expression).some(name => name.startsWith('aws_iam_user.'))
}
