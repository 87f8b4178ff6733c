import { readdirSync, readFileSync } from 'node:fs'
import type { SeededRandom } from '../../../../sim/index.ts'
import { parseCatalogFile } from '../../../../src/catalog/index.ts'
import { type Config, readConfig, SETTINGS } from '../../../../src/config.ts'
import { ConfigRefusedError, type Problem } from '../../../../src/spec/index.ts'
import { type FuzzTarget, rule } from '../target.ts'

/** An input is `env` and a line for each variable, or `yaml` and a farebox.yaml. */
const MANNERS = ['env', 'yaml'] as const
/** What no message may hold, in whatever field it comes to stand. */
const CANARY = 'cnryQ7f3secret'
const ENVIRONMENT = { OPENAI_API_KEY: `sk-${CANARY}`, OTHER: 'x' }
const UPSTREAMS = new Map([['openai', 'openai']] as const)
const HOST = { cores: 2, directory: '/srv/farebox', exists: () => true }

const EXAMPLE = `upstreams:
  - id: mine
    kind: openai
    base_url: https://api.example.com/v1
    api_key: sk-${CANARY}
    admin_key: adm-${CANARY}
    api_keys:
      - sk-${CANARY}2
      - sk-${CANARY}3
    placement: eu
models:
  - id: m
    context: 128000
    output_max: 4096
    price: { input: "0.15", output: "0.60", cache_read: "0.075" }
    routes:
      - upstream: mine
        model: m-1
      - upstream: openai
plans:
  - id: p
    price_multiplier: "0.9"
`
const VALUES = [
  ...[
    '127.0.0.1:8080',
    '[::1]:0',
    '0.0.0.0:1',
    'localhost:99999',
    'yes',
    'no',
    'none',
    '0',
    '1',
    '999999999',
    '1000000000',
    '32MiB',
    '1e3',
    '-1',
  ],
  ...[
    '5.00',
    '0.000000001',
    '0.0000000001',
    '9223372036.854775807',
    '9223372036.854775808',
    'https://a.example',
    'https://u:p@a.example/%',
  ],
  ...[
    'postgres://u:p@h/d',
    'postgres://u@/d?host=/tmp',
    'postgresql://[::1]:5432/d',
    'redis://h',
    'smtps://h',
    'a@b.example',
    '10.0.0.0/8, ::1',
  ],
  ...['fd00::/129', '', ' ', 'info', '/etc/x', '\ud800', 'a'.repeat(300)],
] as const
const NAMES = Object.keys(SETTINGS) as [string, ...string[]]
const SECRETS = ['DATABASE_URL', 'FAREBOX_KEYS_URL', 'VALKEY_URL', 'FAREBOX_SMTP_URL', 'FAREBOX_OPERATOR_TOKEN', 'OPENAI_API_KEY'] as const

/** Files and variables of operators: a whole configuration, or every problem with its place and how to mend it, and no key in any of them. */
export const configTarget: FuzzTarget = {
  dictionary: [
    ...[
      ': ',
      '- ',
      '\n',
      '\n  ',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ', ',
      '"',
      "'",
      '|',
      '>',
      '&a ',
      '*a',
      '<<: *a',
      '!!str ',
      '---\n',
      '#',
      '?',
      '~',
      '%',
    ],
    ...['${OPENAI_API_KEY}', '${OTHER}', '${NONE}', '${', '0x1f', '.nan', '.inf', '1e400', '2026-01-01', 'true', 'null', '__proto__', '\t'],
    ...[
      'upstreams',
      'models',
      'plans',
      'routes',
      'price',
      'price_changes',
      'effective_at',
      'payments',
      'site',
      'policy',
      'abuse',
      'telegram',
    ],
    ...['subscriptions', 'issuers', 'tracing', 'api_keys', 'strategy', 'free: true', 'privacy', 'protocols', ...VALUES, ...NAMES],
  ],
  bytesMax: 12_000,
  make: (random) => (random.below(3) === 0 ? madeEnvironment(random) : Buffer.from(`yaml\n${random.pick(EXAMPLES)}`)),
  edit: editLine,
  read: (input) => {
    const { manner, text } = apart(input)
    if (manner === 'env') environmentHolds(text)
    else fileHolds(text)
    return 1
  },
}

/** Blocks of farebox.yaml in the documentation, and one of ours. */
const EXAMPLES: readonly [string, ...string[]] = [EXAMPLE, ...blocksOf(new URL('../../../../docs/', import.meta.url))]

function blocksOf(folder: URL): readonly string[] {
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md'))
  return pages.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block),
  )
}

function madeEnvironment(random: SeededRandom): Buffer {
  const lines = Array.from({ length: 1 + random.below(6) }, () => {
    const name = random.below(3) === 0 ? random.pick(SECRETS) : random.pick(NAMES)
    return `${name}=${random.below(4) === 0 && SECRETS.some((secret) => secret === name) ? `x ${CANARY}` : random.pick(VALUES)}`
  })
  return Buffer.from(`env\n${lines.join('\n')}`)
}

/** A line that goes, comes twice, is indented otherwise, or stands elsewhere. */
function editLine(input: Buffer, random: SeededRandom): Buffer {
  const { manner, text } = apart(input)
  const lines = text.split('\n')
  const at = random.below(lines.length)
  const line = lines[at] ?? ''
  const kind = random.below(5)
  if (kind === 0) lines.splice(at, 1)
  else if (kind === 1) lines.splice(random.below(lines.length + 1), 0, line)
  else if (kind === 2) lines[at] = ' '.repeat(random.below(9)) + line.trimStart()
  else if (kind === 3) lines[at] = line.replace(/([:=] ?).*$/, (_, colon: string) => colon + random.pick(VALUES))
  else lines[at] = line.replace(/\S+(?=[:=])/, () => random.pick(NAMES))
  return Buffer.from(`${manner}\n${lines.join('\n')}`)
}

function apart(input: Buffer): { readonly manner: (typeof MANNERS)[number]; readonly text: string } {
  const end = input.indexOf(10)
  const manner = MANNERS.find((one) => one === input.toString('latin1', 0, Math.max(0, end)))
  return manner === undefined ? { manner: 'yaml', text: input.toString() } : { manner, text: input.toString('utf8', end + 1) }
}

function environmentHolds(text: string): void {
  const pairs = text.split('\n').map((line) => [line.replace(/=[\s\S]*$/, ''), line.replace(/^[^=]*=?/, '')] as const)
  const env = Object.fromEntries(pairs)
  const config = orProblems(
    () => readConfig(env, HOST),
    (problems) => {
      problemsHold(problems, 0)
      rule(!JSON.stringify(problems).includes(CANARY), 'a problem shows a secret')
    },
  )
  if (config === undefined) return
  rule(config.bodyBytesMax >= 1024 && config.gateways >= 1, 'a configuration that could not serve')
  rule(config.keyDailyCap === undefined || config.keyDailyCap > 0n, 'a cap of nothing')
}

function orProblems(read: () => Config, told: (problems: readonly Problem[]) => void): Config | undefined {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof ConfigRefusedError)) throw thrown
    rule(thrown.problems.length > 0, 'refused for nothing')
    told(thrown.problems)
    return undefined
  }
}

function fileHolds(text: string): void {
  const result = parseCatalogFile(text, { file: 'farebox.yaml', environment: ENVIRONMENT, knownUpstreams: UPSTREAMS })
  rule((result.desired === undefined) === result.problems.length > 0, 'neither taken nor refused')
  problemsHold(result.problems, text.split(/\r\n|\r|\n/).length)
  rule(!JSON.stringify(result.problems).includes(CANARY), 'a problem shows a secret')
  eachAmount(result.desired, (amount) => rule(amount >= 0n && amount < 1n << 63n, 'an amount that the books cannot hold'))
}

function problemsHold(problems: readonly Problem[], lines: number): void {
  for (const { file, line, column, expected, got, mend } of problems) {
    rule(file !== '' && expected !== '' && mend !== '', 'a problem that does not say what to do')
    rule(line >= 0 && line <= lines && column >= 0, 'a problem at no place')
    rule(got.length <= 300, 'a problem that shows too much')
  }
}

function eachAmount(value: unknown, take: (amount: bigint) => void): void {
  if (typeof value === 'bigint') take(value)
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) eachAmount(one, take)
}
