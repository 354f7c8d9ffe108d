/** As far as git looks for a NUL to tell binary from text. */
const PROBE = 8000
const IS_CODE =
  /\.(tf|tofu|hcl|tfvars|ya?ml|json|jsonc|template|jsonnet|libsonnet|cue|dhall|j2|jinja2?|erb|tpl|tmpl|gotmpl|sls|pp|nix|toml|ini|cfg|conf|properties|env|xml|ipynb|py|m?js|cjs|jsx|m?ts|cts|tsx|go|java|kts?|scala|groovy|cs|fs|vb|rb|php|p[lm]|rs|swift|lua|exs?|erl|cljc?|hs|jl|sh|bash|zsh|fish|ps[dm]?1|bat|cmd|mk|sql)$|(^|\/)(GNUm|M|m)akefile$|(^|\/)(Dockerfile|Jenkinsfile|Rakefile|justfile)$/

/** Whether a file is code or data in text by its name. */
export function isCode(path: string): boolean {
  return IS_CODE.test(path)
}

/** Whether it is by its name, or by its first line a script. */
export function isCodeFile(path: string, bytes: Buffer): boolean {
  return isCode(path) || bytes.subarray(0, 2).toString('latin1') === '#!'
}

/** Whether bytes are no text of one byte or more a character, such as UTF-8. */
export function hasNul(bytes: Buffer): boolean {
  return bytes.subarray(0, PROBE).includes(0)
}

/** The text of bytes in UTF-16, by their mark or by where their NULs stand; else null. */
export function fromUtf16(bytes: Buffer): string | null {
  const [first, second, third, fourth] = bytes
  const isLittle = first === 0xff && second === 0xfe
  const isBig = first === 0xfe && second === 0xff
  if (isLittle && third === 0 && fourth === 0) return null
  if (isLittle || isBig) return new TextDecoder(isBig ? 'utf-16be' : 'utf-16le').decode(bytes)
  const probe = bytes.subarray(0, PROBE)
  const nuls = [0, 0]
  for (let at = 0; at < probe.length; at++) if (probe[at] === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = nuls.map(count => (2 * count) / probe.length)
  if (odd > MOSTLY && even < HARDLY) return new TextDecoder('utf-16le').decode(bytes)
  return even > MOSTLY && odd < HARDLY ? new TextDecoder('utf-16be').decode(bytes) : null
}

const MOSTLY = 0.7
const HARDLY = 0.05

/** Whether Git LFS keeps the content elsewhere. https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export function isPointer(bytes: Buffer): boolean {
  return bytes.subarray(0, POINTER.length).equals(POINTER)
}

const POINTER = Buffer.from('version https://git-lfs.github.com/spec/')
