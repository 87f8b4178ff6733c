import { KNOWN_UPSTREAMS, type KnownUpstream } from '../../src/catalog/index.ts'
import { HOST_QUIRKS } from '../../src/providers/index.ts'
import { EXAMPLES, type UpstreamExample } from './upstream-examples.ts'

/** The text of docs/upstreams.md, made of the known upstreams, what is odd about hosts, and the examples. */
export function upstreamsPage(): string {
  const known = KNOWN_UPSTREAMS.map(
    (upstream) => `| \`${upstream.variable}\` | ${upstream.name} | \`${upstream.kind}\` | ${upstream.baseUrl} | ${privacyOf(upstream)} |`,
  )
  const models = KNOWN_UPSTREAMS.flatMap(({ id, models: own }) => own.map((model) => modelRow(id, model)))
  const quirks = HOST_QUIRKS.map(({ host, why }) => `| \`${host.source.replaceAll('\\', '').replaceAll('|', '\\|')}\` | ${why} |`)
  return [
    ...HEAD,
    ...known,
    ...MODELS,
    ...models,
    ...QUIRKS,
    ...quirks,
    ...ODD,
    ...sectionOf('cloud'),
    ...SELF_HOSTED,
    ...sectionOf('own'),
    ...LOGINS,
    '',
  ].join('\n')
}

const sectionOf = (where: UpstreamExample['where']): readonly string[] =>
  EXAMPLES.filter((example) => example.where === where).flatMap(({ name, notes, yaml }) => [
    '',
    `### ${name}`,
    '',
    notes,
    '',
    '```yaml',
    yaml,
    '```',
  ])

function privacyOf({ privacy }: KnownUpstream): string {
  if (privacy === undefined) return 'not known'
  const { retention, training, evidence, checked } = privacy
  const told = [retention === undefined ? '' : `kept: ${retention}`, training === undefined ? '' : `trained on: ${training}`]
  return `[${told.filter((part) => part !== '').join('; ')}](${evidence ?? ''}) (${checked ?? ''})`
}

function modelRow(upstream: string, { id, context, outputMax, price }: KnownUpstream['models'][number]): string {
  const cells = price === undefined ? ['–', '–', '–'] : [price.input, price.output, price.cache_read].map((amount) => amount ?? '–')
  const longer = price?.above?.map(({ prompt_tokens }) => `above ${prompt_tokens.toLocaleString('en')} tokens`) ?? []
  const tiers = Object.keys(price?.service_tiers ?? {})
  const more = price === undefined ? 'set a price to sell it' : [...longer, ...tiers].join(', ')
  return `| \`${id}\` | ${upstream} | ${context.toLocaleString('en')} | ${outputMax.toLocaleString('en')} | ${cells.join(' | ')} | ${more} |`
}

const HEAD = [
  '# Upstreams',
  '',
  'Any server that speaks OpenAI’s chat completions is a few lines of `farebox.yaml`; the ones below need no file. This page is made by',
  '`node tests/tidy/write-upstreams-page.ts`.',
  '',
  '## With a key in the environment',
  '',
  'Each variable that is set adds its upstream with the models below it. An upstream of the same id in the file, or a file that uses the',
  'variable, takes its place. *Not known* is treated as the worst where a call says what it accepts.',
  '',
  '| variable | upstream | kind | address | what its own page says of content |',
  '|---|---|---|---|---|',
]

const MODELS = [
  '',
  'Prices in USD per million tokens, as two public lists told them alike on the date that stands in `src/catalog/known-upstreams`. Where',
  'they differ, or where the provider asks for another currency, the model has no price and is refused until you set one. Limits in tokens.',
  '',
  '| model | upstream | context | output | input | output | cache read | other prices |',
  '|---|---|---|---|---|---|---|---|',
]

const QUIRKS = [
  '',
  '## What differs by host',
  '',
  'An upstream of kind `openai-compatible` is spoken to as OpenAI is. Hosts that differ are known by name, whatever the upstream’s id is:',
  '',
  '| host | what differs |',
  '|---|---|',
]

const ODD = [
  '',
  'Everywhere: comments and empty lines that keep a connection alive pass through; usage counts wherever it is told, in a chunk of its own',
  'or in the last one with choices; an error told with status 200 is an error. The fields `models`, `fallbacks`, `provider`, `route` and',
  '`preset` are refused, as routers answer them with a model, or from a place, that was not priced. So are `n_predict` and `n_cmpl`, which',
  'llama.cpp heeds before `max_tokens` and `n`. `n` goes on as it came: Groq refuses more than 1, DeepSeek and Mistral answer as they like,',
  'and only what was made is paid.',
  '',
  '## Clouds',
]

const SELF_HOSTED = [
  '',
  '## Your own machines',
  '',
  'With `placement: local` no key is needed and plain HTTP may go to private addresses. Give the context that the server was started with.',
]

const LOGINS = [
  '',
  '## Keys and logins',
  '',
  'An upstream’s key is an API key, or the key of a cloud’s workload. Logins of a person are refused by their shape, in every kind: cookies,',
  'OAuth and session tokens of Claude, ChatGPT, Google, GitHub and Copilot, signed login tokens, and keys of coding plans. Reselling those',
  'is against every provider’s terms.',
]
