/** The texts that are generated from the tables of `src/inputs/inputs.ts`: action.yml, and the tables of the README. */
import { stringify } from 'yaml'
import { INPUTS, OUTPUTS } from '../src/inputs/inputs.ts'

const HEADER = '# Generated from src/inputs/inputs.ts by `npm run generate`.\n'

/** The whole of action.yml. */
export function actionYml(): string {
  const action = {
    name: 'AWS Access Key Rotation Audit',
    description:
      'Audits IAM access keys against CIS AWS 1.14 and carries each stale key through its rotation until it is gone',
    author: 'AWS Access Key Rotation Audit contributors',
    branding: { icon: 'rotate-cw', color: 'orange' },
    inputs: Object.fromEntries(
      Object.entries(INPUTS).map(([name, { description, default: value }]) => [
        name,
        { description, required: false, ...(value === '' ? {} : { default: value }) },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(OUTPUTS).map(([name, description]) => [name, { description }]),
    ),
    runs: { using: 'node24', main: 'dist/index.js' },
  }
  return HEADER + stringify(action, { lineWidth: 0, defaultStringType: 'PLAIN', singleQuote: true })
}

/** The README with its input and output tables replaced; they stand between `<!-- inputs -->` and `<!-- /inputs -->`. */
export function withTables(readme: string): string {
  const inputs = Object.entries(INPUTS).map(([name, spec]) => [
    `\`${name}\``,
    spec.defaultText ?? (spec.default === '' ? '' : `\`${spec.default}\``),
    spec.description,
  ])
  const outputs = Object.entries(OUTPUTS).map(([name, description]) => [`\`${name}\``, description])
  const tables = {
    inputs: table(['Input', 'Default', 'Meaning'], inputs),
    outputs: table(['Output', 'Meaning'], outputs),
  }
  return withSections(readme, tables)
}

/** The document with each named section replaced, which stands between `<!-- name -->` and `<!-- /name -->`. */
export function withSections(document: string, sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections).reduce((text, [name, content]) => {
    const section = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
    if (!section.test(text)) throw new Error(`The document has no <!-- ${name} --> section.`)
    return text.replace(section, (_, start: string, end: string) => `${start}${content}${end}`)
  }, document)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return [line(head), `|${head.map(() => '---').join('|')}|\n`, ...rows.map(line)].join('')
}
