import { ALL_SPOKEN, type Answer, call, send } from '../../calls.ts'
import type { CheckContext } from '../../harness/index.ts'
import type { Customer } from '../../operator.ts'
import type { World } from '../../world.ts'

type Run = { readonly context: CheckContext; readonly world: World; readonly counted: Record<string, number> }

const MANY = 10_000
const HEADER_BYTES = 14_000

/** Calls that are well-formed and large or named oddly: each is served or refused by its class, and none breaks anything. */
export async function oddCalls({ context, world, counted }: Run, { key }: Customer): Promise<void> {
  const note = (name: string, { status, body, error }: Answer): void => {
    const isRight = status === 200 || (status >= 400 && status < 500)
    context.expect(isRight, `${name} was answered ${status} ${error} ${body.subarray(0, 100).toString()}`)
    counted['oddCalls'] = (counted['oddCalls'] ?? 0) + 1
  }
  for (const protocol of ALL_SPOKEN)
    for (const [name, fields] of oddFields())
      note(`${name} in ${protocol}`, await call({ base: world.base, key, protocol, fields, millisMax: 120_000 }))
  for (const [name, value] of oddHeaders())
    for (const [base, path] of [
      [world.base, '/docs/search?q=key'],
      [world.base, '/api/keys'],
      [world.base, '/v1/models'],
      [world.base, '/api/pools'],
      [world.operatorBase, '/operator/v1/models'],
    ] as const)
      note(`${name} at ${path}`, await send({ url: base + path, method: 'GET', headers: { [name]: value }, body: '' }))
  for (const query of slowTexts())
    for (const path of ['/docs/search?q=', '/models?q=', '/api/plans?lang=', '/v1/prices?at='])
      note(
        `a query at ${path}`,
        await send({ url: world.base + path + encodeURIComponent(query).slice(0, HEADER_BYTES), method: 'GET', headers: {}, body: '' }),
      )
}

function oddFields(): readonly (readonly [string, Readonly<Record<string, unknown>>])[] {
  const messages = Array.from({ length: MANY }, (_, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'a' }))
  const contents = Array.from({ length: MANY }, (_, index) => ({ role: index % 2 === 0 ? 'user' : 'model', parts: [{ text: 'a' }] }))
  const tools = Array.from({ length: MANY }, (_, index) => ({ name: `t${index}`, description: 'a', input_schema: { type: 'object' } }))
  const functions = tools.map(({ name }) => ({ type: 'function', name, function: { name, parameters: { type: 'object' } } }))
  const polluted: unknown = JSON.parse('{"__proto__":{"isAdmin":true,"max_tokens":1},"constructor":{"prototype":{"isAdmin":true}}}')
  const named: unknown = JSON.parse('{"toString":"a","hasOwnProperty":"a","valueOf":{},"then":"a","toJSON":"a"}')
  return [
    ['ten thousand messages', { messages, input: messages, contents }],
    ['ten thousand tools', { tools }],
    ['ten thousand functions', { tools: functions }],
    ['a prototype', polluted as Readonly<Record<string, unknown>>],
    ['a prototype deeper', { metadata: polluted }],
    ['names of what objects have', named as Readonly<Record<string, unknown>>],
  ]
}

/** What regular expressions that try in many ways take long for. */
const slowTexts = (): readonly string[] =>
  ['a', ' ', '-', ',', '\t', '0', '.', 'a-', 'a,', 'a;', '=', ';q=0,', '"', '\\', '{', '<!--', '[', '%', '/'].map(
    (unit) => `${unit.repeat(Math.floor(HEADER_BYTES / unit.length / 1.1))}!`,
  )

function oddHeaders(): readonly (readonly [string, string])[] {
  const names = [
    'accept-language',
    'accept',
    'if-none-match',
    'cookie',
    'authorization',
    'x-forwarded-for',
    'content-type',
    '__proto__',
    'constructor',
  ]
  const printable = slowTexts().filter((text) => !text.includes('\t'))
  return names.flatMap((name) => printable.map((text) => [name, name === 'authorization' ? `Bearer ${text}` : text] as const))
}
