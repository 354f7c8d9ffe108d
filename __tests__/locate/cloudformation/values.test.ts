import { expect, test } from '@jest/globals'
import { readTemplate } from '../../../src/locate/cloudformation/cloudformation.ts'

test('a loop that refers to its own users gives each key the user of its turn', () => {
  const template = `
Resources:
  Fn::ForEach::Users:
    - Name
    - [alpha-one, beta-two]
    - User\${Name}:
        Type: AWS::IAM::User
        Properties: { UserName: !Ref Name }
      Key\${Name}:
        Type: AWS::IAM::AccessKey
        Properties:
          UserName: !Ref User\${Name}
`
  const { keys } = readTemplate('template.yaml', template)
  expect(keys.map(({ userName }) => userName)).toEqual(['alpha-one', 'beta-two'])
})

test('a name that multiplies by aliases is unknown, and does not take for ever', () => {
  const levels = Array.from({ length: 8 }, (_, level) => {
    const items = Array(200).fill(`*a${level}`).join(', ')
    return `  - &a${level + 1} { "Fn::Join": ["", [${items}]] }\n`
  })
  const template = `
Metadata:
  - &a0 x
${levels.join('')}
Resources:
  Key:
    Type: AWS::IAM::AccessKey
    Properties: { UserName: *a8 }
`
  expect(readTemplate('template.yaml', template).possibleKeys).toMatchObject([{ users: [null] }])
})

test('loops within loops over long lists come to an end', () => {
  const list = `[${Array.from({ length: 5000 }, (_, item) => `x${item}`).join(', ')}]`
  const template = `
Resources:
  Fn::ForEach::A:
    - A
    - ${list}
    - Fn::ForEach::B:
        - B
        - ${list}
        - Fn::ForEach::C:
            - C
            - ${list}
            - Same: { Type: "AWS::IAM::User", Properties: { UserName: ci-deployer } }
`
  expect(readTemplate('template.yaml', template).users).toMatchObject([{ userName: 'ci-deployer' }])
})
