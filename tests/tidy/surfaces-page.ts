import { PROTOCOL_PATHS, PROTOCOLS, STORING_SURFACES } from '../../src/protocols/index.ts'

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const code = (text: string): string => `\`${text}\``

const OWNERS = { 'openai-chat': 'OpenAI', 'anthropic-messages': 'Anthropic', gemini: 'Gemini' } as const

/** docs/surfaces.md: which paths of the providers' APIs are served here, and which are not, and why. */
export function surfacesPage(): string {
  const calls = [...PROTOCOL_PATHS].map(([path, { id }]) => row(code(path), id))
  const addressed = Object.values(PROTOCOLS).filter(({ clientPath }) => clientPath.includes('{model}'))
  const models = addressed.map(({ clientPath, id }) => row(code(clientPath), id))
  const storing = STORING_SURFACES.map(({ path, of, instead }) =>
    row(code(path === '/v1/responses' ? '/v1/responses/…' : path), of.map((owner) => OWNERS[owner]).join(', '), instead),
  )
  return [
    '# Surfaces',
    '',
    '<!-- Made by: node tests/tidy/write-surfaces-page.ts -->',
    '',
    '## Served',
    '',
    'Calls go to an upstream as they came where it speaks their protocol, and are translated where it does not and there are words for',
    'them. A count of tokens needs a key and costs nothing; where no upstream of the model counts, it is an estimate of ours and says so in',
    '`x-farebox-estimate: tokens`. Paths with the model in them are served under `/api/proxy` too, and stream as `streamGenerateContent`.',
    '`GET /v1/models` lists the models.',
    '',
    row('path', 'protocol'),
    row('---', '---'),
    ...calls,
    ...models,
    '',
    'Answers of `/v1/responses` are never stored: `store` goes to the upstream as `false` whatever was sent, and what refers to something',
    'stored (`previous_response_id`, `conversation`, `prompt`, `background`, items that only name an id) is refused as `nothing_stored`.',
    '',
    '## Not offered',
    '',
    'What these do is to store content, with us or in our name. They and all paths below them answer 404 `storage_not_offered` to every',
    'method, also under `/api/proxy` and `/anthropic`; the request is read away and goes nowhere.',
    '',
    row('path', 'of', 'what is said'),
    row('---', '---', '---'),
    ...storing,
    '',
  ].join('\n')
}
