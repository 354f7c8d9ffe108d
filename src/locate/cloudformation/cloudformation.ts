import type { KeyDeclaration, PossibleDeclaration, UserDeclaration } from '../../domain/declarations.ts'
import { type Found, together } from '../names/found.ts'
import { possibleKey, underOtherValues } from '../names/possible.ts'
import { isUserName, patternOf } from '../names/values.ts'
import { MOST_EDITED, noEdits } from '../text/diff.ts'
import { shownCode } from '../text/lines.ts'
import { parseNodes } from '../text/yaml.ts'
import { templateEdits } from './edits.ts'
import { openTemplate, type Template, type TemplateResource } from './template.ts'
import { evaluator } from './values.ts'

interface TemplateDeclarations extends Found {
  readonly error: { readonly line: number; readonly message: string } | null
}

/**
 * Declarations of a CloudFormation, SAM or Serverless template, YAML or JSON, each at its logical ID. A user without
 * `UserName` is named by CloudFormation, STACK-LOGICALID-RANDOM: its keys are possible ones of such users.
 */
export function readTemplate(path: string, text: string): TemplateDeclarations {
  const file = parseNodes(text)
  const found = file.roots.map(root => declarationsOf(path, openTemplate(file, root)))
  return { ...together(found), error: file.error }
}

const USER = 'AWS::IAM::User'
const ACCESS_KEY = 'AWS::IAM::AccessKey'

function declarationsOf(path: string, template: Template): Found {
  const users: UserDeclaration[] = []
  const keys: KeyDeclaration[] = []
  const possibleKeys: PossibleDeclaration[] = []
  const textFrom = evaluator(template, true)
  const openTextFrom = evaluator(template, false)
  const otherwise: PossibleDeclaration[] = []
  for (const resource of template.resources.values()) {
    if (resource.type !== USER && resource.type !== ACCESS_KEY) continue
    const at = { tool: 'cloudformation', path, line: resource.line, address: resource.id } as const
    const named = template.property(resource, 'UserName')
    const userName = textFrom(named, resource.loop)
    const isKey = resource.type === ACCESS_KEY
    if (!isUserName(userName)) {
      if (isKey)
        possibleKeys.push(
          possibleKey({ ...at, users: patternOf(userName), reason: unknownName(template, resource) }),
        )
    } else if (isKey) {
      const users = patternOf(openTextFrom(named, resource.loop))
      otherwise.push(possibleKey({ ...at, users, reason: '' }, 1))
      const status = textFrom(template.property(resource, 'Status'), resource.loop)
      keys.push({
        ...at,
        userName,
        status: status === 'Active' || status === 'Inactive' ? status : null,
        edits:
          keys.length < MOST_EDITED
            ? templateEdits(path, template, resource)
            : noEdits(`it declares more than ${MOST_EDITED} keys`),
      })
    } else users.push({ ...at, userName })
  }
  for (const { line, name } of template.unexpanded)
    possibleKeys.push({
      tool: 'cloudformation',
      path,
      line,
      address: name,
      users: [null],
      reason: `${name} goes over a list that the template does not tell`,
    })
  const underOthers = underOtherValues(otherwise.filter(it => it.users.length > 1))
  return { users, keys, possibleKeys: [...possibleKeys, ...underOthers] }
}

function unknownName(template: Template, resource: TemplateResource): string {
  const [start = 0, end = 0] = template.property(resource, 'UserName')?.range ?? []
  const written = shownCode(template.file.text, { start, end })
  return `its user is ${written || 'not named'}, and CloudFormation or whoever deploys the stack decides on the name`
}
