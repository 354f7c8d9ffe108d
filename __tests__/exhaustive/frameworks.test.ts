/** What remediation makes of each row of the table in docs/recipes.md, through the built action. */
import { expect, test } from '@jest/globals'
import { account, key, remediationRoles, user, world } from '../../sandbox/world.ts'
import { gitCheckout } from '../e2e/nights-support.ts'
import { audit } from '../e2e/support.ts'
import { ACCOUNT, FRAMEWORKS, filesOf, OF_ANY_USER, userOf } from '../locate/framework-table.ts'

const UNDECLARED = ['nothing', 'only its user']

test.each(FRAMEWORKS)('$framework, $form, $answer: apply', async ({ answer, fixture }) => {
  const idle = (name: string) => user(name, { keys: [key({ ageDays: 400, usedDaysAgo: 300 })] })
  const users = [idle(userOf(fixture)), idle('third-person')]
  const prod = account({ id: ACCOUNT, users, roles: remediationRoles() })
  const files = Object.entries(filesOf(fixture)).map(([path, bytes]) => [path, Buffer.from(bytes).toString()])
  const workspace = gitCheckout({
    ...Object.fromEntries(files),
    '.github/access-key-rotation.yml': 'remediation:\n  deactivate-after-idle-days: 90\n',
  })
  const role = `arn:aws:iam::${ACCOUNT}:role/remediation`
  await audit(world({ accounts: [prod] }), { remediation: 'apply', 'remediation-role': role }, { workspace })
  const [status, ofAnother] = users.map(({ keys }) => keys[0]?.status)
  expect(status).toBe(UNDECLARED.includes(answer) ? 'Inactive' : 'Active')
  expect(ofAnother).toBe(OF_ANY_USER.includes(fixture) ? 'Active' : 'Inactive')
})
