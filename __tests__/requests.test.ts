import { expect, test } from '@jest/globals'
import { locate } from '../src/locate/locate.ts'
import { filesOfAudits } from '../src/requests.ts'
import { inCheckout } from './locate/checkout.ts'

test.each(['.github/access-key-rotation.yml', './audit/[prod] rules.yml'])(
  'an exemption by access key ID in %s is no hard-coded key',
  async path => {
    const files = { [path]: 'AKIAZZZZZZZZZZZZZ234', 'deploy.sh': 'AKIAZZZZZZZZZZZZZ234' }
    const inputs = { evidenceFiles: [], outputDirectory: null }
    const { keyIds } = await inCheckout(files, 'git', root =>
      locate(root, [], filesOfAudits(inputs, root, path)),
    )
    expect(keyIds.map(mention => mention.path)).toEqual(['deploy.sh'])
  },
)
