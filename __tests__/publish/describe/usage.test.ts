import { expect, test } from '@jest/globals'
import { usageBlock } from '../../../src/publish/describe/usage.ts'
import { key } from '../build.ts'
import { awakened, elementNames, HOSTILE_TEXTS, rendered, textOf } from '../rendered.ts'

const program = {
  name: 'Terraform 1.9',
  runtime: null,
  addresses: ['203.0.113.7'],
  actions: ['s3:ListBuckets', 'sts:GetCallerIdentity'],
}
const usage = (over: Partial<typeof program> = {}) => ({
  regions: ['eu-west-1', 'us-east-1'],
  programs: [{ ...program, ...over, lastSeen: '2026-11-23T10:00:00Z' }],
  truncated: false,
})
const shown = (of: ReturnType<typeof usage>) => rendered(usageBlock(key({ usage: of })))

test('a reader sees which programs use the key, from where, for what, and what is not recorded', () => {
  const text = textOf(shown(usage()))
  expect(text).toContain('Seen by CloudTrail in eu-west-1 and us-east-1:')
  expect(text).toContain(
    'Terraform 1.9 from 203.0.113.7; s3:ListBuckets, sts:GetCallerIdentity; last on 2026-11-23',
  )
  expect(text).toContain('silence here is not idleness')
})

test('a key that CloudTrail saw nothing of is not called idle', () => {
  const text = textOf(shown({ ...usage(), programs: [] }))
  expect(text).toContain('CloudTrail has no event of this key in eu-west-1 and us-east-1 in 90 days')
  expect(text).toContain('silence here is not idleness')
})

test('nothing is said where CloudTrail was not asked', () => {
  expect(usageBlock(key({ usage: null })).markdown).toBe('')
})

test.each(HOSTILE_TEXTS)('%j is text in every place', text => {
  const tree = shown(usage({ name: text, addresses: [text], actions: [text] }))
  expect(awakened(tree)).toEqual([])
  expect(elementNames(tree)).toEqual(
    elementNames(tree).filter(name => ['p', 'ul', 'li', 'code', 'span'].includes(name)),
  )
})
