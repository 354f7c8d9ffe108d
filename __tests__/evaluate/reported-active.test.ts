import { expect, test } from '@jest/globals'
import { EMPTY_CONFIG } from '../../src/config/config.ts'
import { NO_DECLARATIONS } from '../../src/domain/declarations.ts'
import { evaluateAccount } from '../../src/evaluate/evaluate.ts'
import { evidence, look, POLICY } from './account.ts'
import { csv, daysAgo, NOW, row, slot } from './csv.ts'

const [OLD, NEW] = [daysAgo(100), daysAgo(50)]
const active = slot(1, OLD)
const inactive = slot(1, OLD, { active: 'false' })
const newer = slot(2, NEW)

test.each([
  ['active as in the report', [active], [['OLD', OLD]], []],
  ['inactive as in the report', [inactive], [['OLD', OLD, 'Inactive']], []],
  ['inactive, and active in the report', [active], [['OLD', OLD, 'Inactive']], ['OLD']],
  ['inactive, and not in the report', [], [['OLD', OLD, 'Inactive']], ['OLD']],
  [
    'inactive beside one that the report has as inactive, and that is gone',
    [inactive, newer],
    [['NEW', NEW, 'Inactive']],
    ['NEW'],
  ],
] as const)(
  'a key that is %s by the live look is told apart where it changed since',
  (_, slots, keys, ids) => {
    const gathered = evidence(csv([row('bob', ...slots)]), { observations: [look('bob', ...keys)] })
    const account = evaluateAccount(gathered, NO_DECLARATIONS, EMPTY_CONFIG, POLICY, NOW)
    expect(account.reportedActive).toEqual(ids)
  },
)
