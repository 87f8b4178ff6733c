import { FIELDS } from '../../src/catalog/file-schema.ts'
import { PROVIDER_KEY_NAMES, readConfig, SETTINGS } from '../../src/config.ts'
import { ConfigRefusedError } from '../../src/spec/index.ts'
import { BLOCK_WORDS, ELSE_WORDS, SETTING_WORDS } from './configuration-words.ts'

/** A JSON Schema, as far as the page reads it. */
export type FileSchema = {
  readonly $ref?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, FileSchema>>
  readonly required?: readonly string[]
  readonly items?: FileSchema
  readonly additionalProperties?: FileSchema | boolean
  readonly anyOf?: readonly FileSchema[]
  readonly $defs?: Readonly<Record<string, FileSchema>>
}

type SettingName = keyof typeof SETTINGS

/** docs/configuration.md: every variable of the environment, and every field of farebox.yaml, from what reads them. */
export const configurationPage = (schema: FileSchema): string =>
  [...HEAD, ...(Object.keys(SETTINGS) as SettingName[]).map(settingRow), ...BETWEEN, ...blocksOf(schema), ''].join('\n')

function settingRow(name: SettingName): string {
  const parsed = SETTINGS[name].safeParse(undefined)
  const isSet = parsed.success && parsed.data !== undefined
  const held = ELSE_WORDS[name] ?? (isSet ? `\`${defaultOf(name, parsed.data)}\`` : 'not set')
  return `| \`${name}\` | ${SETTING_WORDS[name]} | ${inCell(expectedOf(name))} | ${held} |`
}

/** A value that no setting takes tells what it takes; the same words stand in the message of whoever mistypes it. */
function expectedOf(name: SettingName): string {
  try {
    readConfig({ [name]: '\0' }, { cores: 2, directory: '/', exists: () => true })
  } catch (refused) {
    if (refused instanceof ConfigRefusedError) return refused.problems.find(({ path }) => path === name)?.expected ?? ''
    throw refused
  }
  return ''
}

/** The default as people write it. */
function defaultOf(name: SettingName, value: unknown): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (name === 'FAREBOX_BODY_MAX') return `${Number(value) / 2 ** 20}MiB`
  if (name === 'FAREBOX_LISTEN' || name === 'FAREBOX_OPERATOR_LISTEN' || name === 'FAREBOX_ACME_LISTEN') {
    const { host, port } = SETTINGS[name].parse(undefined)
    return `${host}:${port}`
  }
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw new TypeError(`${name}: say in ELSE_WORDS what holds where it is not set`)
}

const blocksOf = (schema: FileSchema): readonly string[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, block]) => [
    ...['', `### ${name}`, '', BLOCK_WORDS[name] ?? '', '', '| field | what it is | else |', '| --- | --- | --- |'],
    ...fieldsOf(block, { path: name, shown: name, defs: schema.$defs ?? {}, depth: 0 }),
  ])

type At = { readonly path: string; readonly shown: string; readonly defs: Readonly<Record<string, FileSchema>>; readonly depth: number }

const DEPTH_MAX = 5
/** Price lists have a page of their own. */
const PRICES: ReadonlySet<string> = new Set(['price', 'cost', 'price_changes'])

function fieldsOf(schema: FileSchema, at: At): readonly string[] {
  const own = schema.$ref === undefined ? schema : (at.defs[schema.$ref.replace('#/$defs/', '')] ?? {})
  if (at.depth > DEPTH_MAX) return []
  const deeper = { ...at, depth: at.depth + 1 }
  if (own.anyOf !== undefined) return [...new Set(own.anyOf.flatMap((one) => fieldsOf(one, deeper)))]
  if (own.items !== undefined) return fieldsOf(own.items, { ...deeper, path: `${at.path}.`, shown: `${at.shown}[]` })
  return Object.entries(own.properties ?? {}).flatMap(([name, field]) => {
    const path = `${at.path.replace(/\.$/, '')}.${name}`
    const shown = `${at.shown}.${name}`
    const row = fieldRow({ path, shown, field, isRequired: own.required?.includes(name) === true })
    return [row, ...(PRICES.has(name) ? [] : fieldsOf(field, { ...deeper, path, shown }))]
  })
}

type Field = { readonly path: string; readonly shown: string; readonly field: FileSchema; readonly isRequired: boolean }

function fieldRow({ path, shown, field, isRequired }: Field): string {
  const told = FIELDS[path]
  const isPrice = PRICES.has(path.split('.').at(-1) ?? '')
  const words = told === undefined ? wordsOf(field) : `${told.expected}; ${told.mend}${isPrice ? ' ([pricing](pricing.md))' : ''}`
  const held = isRequired ? 'has to be given' : plain(field.default)
  return `| \`${shown.split('.').slice(1).join('.')}\` | ${inCell(words)} | ${held} |`
}

const plain = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? `\`${JSON.stringify(value).replaceAll('"', '')}\`` : ''

const wordsOf = (field: FileSchema): string => ('description' in field ? String(field.description) : '')

const inCell = (text: string): string => asCode(text).replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;')

/** Lists and mappings of YAML as code: an address in them would become a link with the quote and the bracket behind it. */
const asCode = (text: string): string => text.replace(/- \{[^{}]*\}|\["[^"\]]*"\]/g, '`$&`')

const HEAD = [
  '# Configuration',
  '',
  '<!-- Made by: node tests/tidy/write-configuration-page.ts -->',
  '',
  'The environment says where and how a process runs; `farebox.yaml` says what is sold and what is promised. What is not right is refused at the start',
  '(exit code 78), every problem at once, with what was expected and how to mend it. `npx farebox doctor` says the same without starting.',
  '',
  '## Environment',
  '',
  'A variable that begins with `FAREBOX_` and is not in this list is most likely misspelt, and `doctor` says so. An empty one counts as not set.',
  '',
  '| variable | what it is for | takes | else |',
  '| --- | --- | --- | --- |',
] as const

const BETWEEN = [
  '',
  `Each of these keys adds its provider with the models that are known of it ([known upstreams](upstreams.md)): ${PROVIDER_KEY_NAMES.map((name) => `\`${name}\``).join(', ')}.`,
  '',
  'Commands read three more: `FAREBOX_BACKUP_PASSPHRASE` (backup and restore), `FAREBOX_KEY` and `FAREBOX_SECOND_KEY` (`farebox verify`).',
  '',
  '## farebox.yaml',
  '',
  '`${NAME}` in a value is replaced by that variable, so that no secret has to stand in the file. Amounts are decimal strings of USD, in quotes. For editors',
  'there is a JSON Schema, `docs/farebox.schema.json`: put `# yaml-language-server: $schema=docs/farebox.schema.json` into the first line.',
  'Upstreams, models and plans hold at once after `npx farebox apply`; all else holds from the next start. Applying a file twice changes nothing.',
] as const
