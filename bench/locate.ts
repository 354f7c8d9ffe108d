/** The time that reading a checkout takes, as a ratio to `git grep` over the same tree. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_INFRASTRUCTURE } from '../src/config/schema.ts'
import { locate } from '../src/locate/locate.ts'
import { median, milliseconds, type Row, ratio, timed } from './measure.ts'

/** Makes a repository of so many files in a temporary directory and measures both searches over it, alternating. */
export async function benchLocate(files = 50_000, rounds = 7): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), 'bench-locate-'))
  try {
    fill(root, files)
    const timings: { grep: number; locate: number; plainestGrep: number }[] = []
    for (let round = 0; round <= rounds; round++) {
      timings.push({
        grep: await timed(() => grep(root, WORDS)),
        locate: await timed(async () => {
          const { mentionsOf } = await locate(root, DEFAULT_INFRASTRUCTURE)
          await mentionsOf(NAMES)
        }),
        plainestGrep: await timed(() => grep(root, ONE_WORD)),
      })
    }
    // The first round warms the page cache and the modules.
    const counted = timings.slice(1)
    const of = (what: keyof (typeof timings)[number]) => median(counted.map(timing => timing[what]))
    return [
      {
        what: `locate over ${files} files, ${NAMES.length} names looked for`,
        figure: milliseconds(of('locate')),
        aim: '',
      },
      { what: 'git grep for the same words', figure: milliseconds(of('grep')), aim: '' },
      { what: '… as a ratio', figure: ratio(of('locate') / of('grep')), aim: '2' },
      { what: '… to git grep for a single word', figure: ratio(of('locate') / of('plainestGrep')), aim: '' },
    ]
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** Names of the files that contain one of some fixed words. */
function grep(root: string, words: readonly string[]): void {
  const patterns = words.flatMap(word => ['-e', word])
  execFileSync('git', ['grep', '-l', '-z', '-I', '-F', ...patterns], { cwd: root, maxBuffer: 1 << 28 })
}

/** What the scan looks for, so that both do the same work; and one word alone, the least that git grep can do. */
const WORDS = ['AKIA', 'aws_iam_user', 'aws_iam_access_key', 'AWS::IAM::User', 'AWS::IAM::AccessKey']
const ONE_WORD = ['AKIA']

/** Users of findings that no code declares. */
const NAMES = Array.from({ length: 50 }, (_, index) => `made-by-hand-${index}`)

/** Source code mostly; a fiftieth is infrastructure, a tenth of which declares users; one file in a thousand names a key ID. */
function fill(root: string, files: number): void {
  const line =
    '  const total = orders.filter(order => order.isPaid).reduce((sum, order) => sum + order.amount, 0)\n'
  for (let index = 0; index < files; index++) {
    const directory = join(root, `service-${index % 500}`, `part-${index % 7}`)
    if (index < 3500) mkdirSync(directory, { recursive: true })
    const source = `export function f${index}(orders) {\n${line.repeat(10 + ((index * 7) % 60))}}\n`
    const [name, text] =
      index % 100 === 1
        ? [`main-${index}.tf`, index % 1000 === 1 ? terraform(index) : BUCKET]
        : index % 100 === 2
          ? [`template-${index}.yaml`, index % 1000 === 2 ? template(index) : QUEUE]
          : index % 100 < 8
            ? [`values-${index}.yaml`, 'replicas: 2\nimage: app\n'.repeat(20)]
            : [`source-${index}.ts`, index % 1000 === 9 ? `${source}// AKIA${keyId(index)}\n` : source]
    writeFileSync(join(directory, name), text)
  }
  mkdirSync(join(root, '.github/workflows'), { recursive: true })
  for (let index = 0; index < 20; index++) {
    writeFileSync(join(root, `.github/workflows/w${index}.yml`), WORKFLOW)
  }
  execFileSync('git', ['init', '-q'], { cwd: root })
  execFileSync('git', ['-c', 'core.safecrlf=false', 'add', '-A'], { cwd: root })
}

const WORKFLOW = `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/configure-aws-credentials@v5
        with:
          aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
`

const BUCKET = `resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
`

const QUEUE = `Resources:
  Queue:
    Type: AWS::SQS::Queue
`

function terraform(index: number): string {
  return `resource "aws_iam_user" "u${index}" {
  name = "ci-${index}"
}

resource "aws_iam_access_key" "u${index}" {
  user = aws_iam_user.u${index}.name
}
`
}

function template(index: number): string {
  return `Resources:
  User:
    Type: AWS::IAM::User
    Properties:
      UserName: cfn-${index}
  Key:
    Type: AWS::IAM::AccessKey
    Properties:
      UserName: !Ref User
`
}

function keyId(index: number): string {
  return index
    .toString()
    .padStart(16, '2')
    .replace(/[0189]/g, 'A')
}
