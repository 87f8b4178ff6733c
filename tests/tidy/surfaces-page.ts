import { PROTOCOL_PATHS, PROTOCOLS, REALTIME_PATHS, STORING_SURFACES } from '../../src/protocols/index.ts'

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
    ...REALTIME_PATHS.map((path) => row(code(path), 'openai-realtime, over WebSocket')),
    '',
    'Answers of `/v1/responses` are never stored: `store` goes to the upstream as `false` whatever was sent, and what refers to something',
    'stored (`previous_response_id`, `conversation`, `prompt`, `background`, items that only name an id) is refused as `nothing_stored`.',
    'So is `thread` of `/v1/messages`, for which the provider would keep the conversation.',
    'Tools that the provider runs are served where the model has a price for them, or where they cost tokens alone; see [billing](billing.md#for-every-call).',
    '',
    '## Realtime sessions',
    '',
    'OpenAI’s realtime interface over WebSocket, with a model that an upstream serves whose `protocols` name `openai-realtime`; OpenAI itself',
    'does. The interface before the present one works as well (`OpenAI-Beta: realtime=v1`). Events pass as they come; the client’s are written',
    'anew from what was read of them. `rate_limits.updated` tells your limits, not ours.',
    '',
    '- **Key.** In a header as everywhere; a browser, which cannot set one, offers the protocol `openai-insecure-api-key.` and the key beside',
    '  `realtime`. That is a header too, so it is taken; a key in the address is refused. There are no ephemeral keys of ours.',
    '- **Limits.** A session is one request and one concurrent call for as long as it is open, and a row of its own that costs nothing',
    '  (status 101); each response and each transcript is one more request, with its tokens.',
    '- **Money.** See [billing.md](billing.md). A response that is not covered is told as an `error` event of type `insufficient_quota` and ends',
    '  the session with 1008; one beyond a limit is refused alone where the upstream does not answer by itself.',
    '- **Ends.** 1008: the key was revoked, its account suspended, or there is no money. 1001: nothing was said for',
    '  `FAREBOX_SESSION_IDLE_SECONDS` (300), or the gateway is replaced, which happens every `FAREBOX_GATEWAY_RECYCLE_SECONDS` (900) and waits',
    '  `FAREBOX_DRAIN_SECONDS` for what is open: connect again. 1009: a message above 16 MiB. 1011: the upstream broke off. 1013: ours.',
    '- **Transcripts** are made by the model that `transcription.model` names, of those that you may call and that the same upstream serves.',
    '- **Not offered:** sessions that only transcribe or translate, WebRTC and SIP, `prompt` and `tracing`, which would be stored.',
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
