import type { SeededRandom } from '../../sim/index.ts'

/** What a made-up count is: a valid number, absent, null, or nothing that a count can be. */
export type MadeCount = { readonly kind: 'valid' | 'absent' | 'null' | 'absurd'; readonly json: string; readonly value: number }

/** A made-up usage object of a provider: its JSON and the count that each field holds, by the field's path (`outer.inner`). */
export type MadeUsage = { readonly json: string; readonly isJson: boolean; readonly counts: Readonly<Record<string, MadeCount>> }

type Shape = { readonly top: readonly string[]; readonly nested: Readonly<Record<string, readonly string[]>> }

const SHAPES = {
  openai: {
    top: ['prompt_tokens', 'completion_tokens', 'total_tokens', 'num_sources_used', 'num_search_queries'],
    nested: {
      prompt_tokens_details: ['cached_tokens', 'cache_write_tokens', 'audio_tokens', 'image_tokens', 'text_tokens'],
      completion_tokens_details: ['reasoning_tokens', 'audio_tokens', 'image_tokens', 'rejected_prediction_tokens'],
    },
  },
  'openai-responses': {
    top: ['input_tokens', 'output_tokens', 'total_tokens'],
    nested: {
      input_tokens_details: ['cached_tokens', 'cache_write_tokens', 'audio_tokens', 'image_tokens', 'text_tokens'],
      output_tokens_details: ['reasoning_tokens', 'audio_tokens', 'image_tokens'],
    },
  },
  anthropic: {
    top: ['input_tokens', 'output_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
    nested: {
      cache_creation: ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'],
      server_tool_use: ['web_search_requests', 'web_fetch_requests', 'code_execution_requests'],
    },
  },
  gemini: {
    top: [
      ...['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'cachedContentTokenCount'],
      ...['toolUsePromptTokenCount', 'totalTokenCount'],
    ],
    nested: {},
  },
} as const satisfies Record<string, Shape>

/** Lists of counts by modality, and where Gemini tells them. */
const LISTS = ['promptTokensDetails', 'candidatesTokensDetails', 'cacheTokensDetails'] as const
const MODALITIES = ['TEXT', 'AUDIO', 'IMAGE', 'VIDEO', 'SMELL'] as const

const ABSURD = [
  ...[
    '-1',
    '-9223372036854775808',
    '-0.5',
    '1.5',
    '0.1',
    '1e-3',
    '1e400',
    '-1e400',
    '1e18',
    '1000000001',
    '4294967296',
    '9007199254740993',
    '9223372036854775808',
  ],
  ...['18446744073709551616', '"12"', '"-5"', '""', '"NaN"', 'true', 'false', '[]', '[7]', '{}', '{"value":9}', '"\\u0031"'],
] as const

const UNPARSABLE = [
  '{"prompt_tokens":NaN,"input_tokens":NaN}',
  '{"prompt_tokens":Infinity}',
  '{"input_tokens":-}',
  '{"output_tokens":0x10}',
]
const OTHER_VALUES = ['null', '[]', '"none"', '7', 'true', '[{"prompt_tokens":5,"input_tokens":5}]']

/** A seeded usage object: mostly valid counts, and whatever a provider may send by mistake. */
export function makeUsage(protocol: keyof typeof SHAPES, random: SeededRandom): MadeUsage {
  const kind = random.below(40)
  if (kind === 0) return { json: pickOf(random, UNPARSABLE), isJson: false, counts: {} }
  if (kind === 1) return { json: pickOf(random, OTHER_VALUES), isJson: true, counts: {} }
  const shape: Shape = SHAPES[protocol]
  const counts: Record<string, MadeCount> = {}
  const members = membersOf(shape.top, { counts, random, within: '' })
  for (const [name, fields] of Object.entries(shape.nested)) {
    if (random.below(3) === 0) continue
    const within = `${name}.`
    const inner = random.below(12) === 0 ? pickOf(random, OTHER_VALUES) : `{${membersOf(fields, { counts, random, within }).join(',')}}`
    if (!inner.startsWith('{')) for (const field of fields) delete counts[within + field]
    members.push(`"${name}":${inner}`)
  }
  if (protocol === 'gemini') members.push(...listsOf(counts, random))
  if (random.below(8) === 0) members.push('"service_tier":"default","future_tokens":-3,"deep":{"prompt_tokens":-7,"input_tokens":-7}')
  return { json: `{${members.join(',')}}`, isJson: true, counts }
}

/** The value of a valid count; undefined for every other. */
export const validAt = (made: MadeUsage, field: string): number | undefined => {
  const count = made.counts[field]
  return count?.kind === 'valid' ? count.value : undefined
}

/** Figures that are parts of others and change nothing, so that nobody reads them. */
const UNREAD = [
  ...['prompt_tokens_details.text_tokens', 'completion_tokens_details.rejected_prediction_tokens'],
  'input_tokens_details.text_tokens',
]

/** Whether some count that matters is nothing that a count can be. */
export const hasAbsurd = (made: MadeUsage): boolean =>
  Object.entries(made.counts).some(([name, count]) => count.kind === 'absurd' && !UNREAD.includes(name))

/** Lists of modalities; a count that is nothing that a count can be stands under its list's name. */
function listsOf(counts: Record<string, MadeCount>, random: SeededRandom): string[] {
  return LISTS.filter(() => random.below(2) === 0).map((list) => {
    if (random.below(12) === 0) return `"${list}":${pickOf(random, OTHER_VALUES)}`
    const entries = MODALITIES.filter(() => random.below(2) === 0).map((modality) => {
      const made = makeCount(random)
      const isRead = modality === 'AUDIO' || modality === 'IMAGE'
      if (isRead) counts[`${list}.${modality}`] = made
      return made.kind === 'absent' ? `{"modality":"${modality}"}` : `{"modality":"${modality}","tokenCount":${made.json}}`
    })
    return `"${list}":[${entries.join(',')}]`
  })
}

type Making = { readonly counts: Record<string, MadeCount>; readonly random: SeededRandom; readonly within: string }

/** Members of an object in JSON; where a name comes twice, its last value is the one that counts, as in JSON.parse. */
function membersOf(fields: readonly string[], { counts, random, within }: Making): string[] {
  const members: string[] = []
  for (const field of fields) {
    const isTwice = random.below(20) === 0
    for (let time = 0; time < (isTwice ? 2 : 1); time += 1) {
      const made = makeCount(random)
      if (made.kind === 'absent') continue
      members.push(`${JSON.stringify(field)}:${made.json}`)
      counts[within + field] = made
    }
  }
  return members
}

/** What is more is absurd: no call can use it. */
const COUNT_MAX = 1_000_000_000

function makeCount(random: SeededRandom): MadeCount {
  const kind = random.below(10)
  if (kind === 0) return { kind: 'absent', json: '', value: 0 }
  if (kind === 1) return { kind: 'null', json: 'null', value: 0 }
  if (kind === 2) return { kind: 'absurd', json: pickOf(random, ABSURD), value: 0 }
  if (kind === 3) return { kind: 'valid', json: pickOf(random, ['0', '-0', '0.0']), value: 0 }
  if (kind === 4) return { kind: 'valid', json: '1000000000', value: COUNT_MAX }
  const value = random.below(random.below(3) === 0 ? COUNT_MAX : 5000)
  return { kind: 'valid', json: random.below(10) === 0 ? `${value}.0` : String(value), value }
}

const pickOf = (random: SeededRandom, items: readonly string[]): string => items[random.below(items.length)] ?? ''
