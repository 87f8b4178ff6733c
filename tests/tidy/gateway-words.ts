import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { valueInChinese, ZH_WORDS } from '../../src/api/failure-words/index.ts'
import { FAILURES, type FailureCode } from '../../src/failures.ts'
import { PAUSES, SUSPENDED_UNSAID, SUSPENSIONS } from '../../src/spec/index.ts'

/** Where what a gateway says of a failure is kept for the playground. */
export const GATEWAY_WORDS = 'web/dashboard/playground/gateway-templates.ts'

const PLACES = ['src/gateway', 'src/protocols', 'src/translation', 'src/providers']

/** Every failure that is named where calls are answered. */
export function gatewayCodes(): readonly FailureCode[] {
  const files = PLACES.flatMap((place) => readdirSync(place, { recursive: true, encoding: 'utf8' }).map((file) => join(place, file)))
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).map((file) => readFileSync(file, 'utf8'))
  const named = new Set(sources.flatMap((source) => [...source.matchAll(/'([a-z_]+)'/g)].map(([, name = '']) => name)))
  return (Object.keys(FAILURES) as FailureCode[]).filter((code) => named.has(code))
}

const quoted = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`)

/** The file of that name, made of the catalogue of failures and its Chinese. */
export function gatewayTemplates(): string {
  const pairs = gatewayCodes().map((code) => `  [\n    ${quoted(FAILURES[code].message)},\n    ${quoted(ZH_WORDS[code])},\n  ],`)
  const reasons = [...Object.values(PAUSES), ...Object.values(SUSPENSIONS), SUSPENDED_UNSAID]
  const words = reasons.flatMap((reason) => {
    const chinese = valueInChinese('reason', reason)
    return chinese === reason ? [] : [`  ${quoted(reason)}: ${quoted(chinese)},`]
  })
  return [
    '// Made by: node tests/tidy/write-gateway-words.ts',
    '/** What gateways say of failures, in English and in Chinese; `{x}` stands for the same in both. */',
    '// biome-ignore format: as it is made',
    'export const TEMPLATES: readonly (readonly [english: string, chinese: string])[] = [',
    ...pairs,
    ']',
    '',
    '/** Reasons that stand in them. */',
    '// biome-ignore format: as it is made',
    'export const REASONS: Readonly<Record<string, string>> = {',
    ...words,
    '}',
    '',
  ].join('\n')
}
