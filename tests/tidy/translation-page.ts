import { ADAPTERS, type Adapter, type CanonicalCall, makeLosses, PROTOCOL_NAMES, type ProtocolName } from '../../src/translation/index.ts'
import { answerRows } from './translation-answers.ts'
import { BASES, PROBES, type Probe } from './translation-probes.ts'

const ADDRESS = { model: 'm', isStream: false }

/** The text of docs/translation.md, made by translating one request for each thing that can be asked, and one answer for each that can be told. */
export function translationPage(): string {
  const requests = PROTOCOL_NAMES.flatMap((client) => ['', `### ${client}`, '', ...requestTable(client)])
  return [...HEAD, ...requests, '', ...ANSWERS, '', ...table(answerRows(), ['answered', ...PROTOCOL_NAMES]), ''].join('\n')
}

const HEAD = [
  '# Translation',
  '',
  'A client of any protocol can call a model behind any other. What the upstream has no words for is left out and named: in the header',
  '`x-farebox-translation-loss`, under the path that the field has in the request. With `x-farebox-strict: 1` such a call is refused instead.',
  'Upstreams that a request cannot be translated for at all are left out as long as there is another. Where both sides speak the same protocol',
  'nothing is translated, and nothing lost but thoughts in the conversation that a model behind another protocol had: they prove nothing there,',
  'and the upstream would refuse all of it. (Where Claude is given what a tool gave after such a thought, it is not asked to think on a budget',
  'either, which would be refused without one.) An answer of more than 32 MiB, or such an event of a stream, cannot be translated: it ends like',
  'one that the upstream broke off. Numbers in what tools are called with are spelled as they were, digit by digit, also those that no double',
  'holds. A tool in a namespace, or with one of the names of up to 128 characters that Anthropic takes, is told under a name that all take, and',
  'has its own again in the answer.',
  '',
  'This page is made by translating: `node tests/tidy/write-translation-page.ts` writes it, and a test fails when it is not what the code does.',
  '',
  '## What is lost of a request',
  '',
  'A row is something that a client can ask for; a column is the protocol of the upstream. ✓: it arrives. Otherwise the fields are named that',
  'do not. What a protocol cannot ask for has no row. Some fields depend on the model: Gemini 2.5 Pro, models of Gemini 3 and later, and some',
  'of Claude, cannot but think; Claude 4.7 and later take no temperature, top_p or top_k, and Claude Opus 5.5, Sonnet 5.5 and Fable 5.1 cannot be made to call a tool.',
  'Earlier ones are not asked to think about what a tool gave where the answer did not begin with a thought of theirs, as none does in a chat.',
  'Of a schema Claude is not told bounds of numbers, texts and lists, and objects hold nothing but what they name; `response_format` is named where that loses something.',
  'Instructions in the middle of a conversation are taken by Claude 4.8 and later (not by Sonnet 5), between what the user said and the answer; elsewhere',
  'the user says them. Gemini refuses a search of the web beside tools that the client runs, so that the search is lost there. How',
  'likely each token was is told by its models before Gemini 3 at Google Cloud, and nowhere else. Models of OpenAI that',
  'reason are asked in responses, as they refuse tools in chats, and take no temperature, top_p or stop sequences; its others are asked in chats.',
]

const ANSWERS = [
  '## What is told of an answer',
  '',
  'A row is something that an upstream may answer; a column is the protocol of the client. ✓: the client is told it as it is, and what it has to',
  'send back with its next request comes back byte for byte. –: the client is not told. Usage keeps its totals everywhere.',
]

const adapterOf = (name: ProtocolName): Adapter => {
  const adapter = ADAPTERS[name]
  if (adapter === undefined) throw new Error(`${name} has no adapter`)
  return adapter
}

function requestTable(client: ProtocolName): readonly string[] {
  const upstreams = PROTOCOL_NAMES.filter((name) => name !== client)
  const rows = PROBES.filter(({ bodies }) => bodies[client] !== undefined).map((probe) => [
    probe.asks,
    ...upstreams.map((upstream) => cellOf(lossesOf(probe, client, upstream))),
  ])
  return table(rows, ['asked for', ...upstreams])
}

const table = (rows: readonly (readonly string[])[], head: readonly string[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)

const cellOf = (losses: readonly string[]): string => (losses.length === 0 ? '✓' : losses.map((field) => `\`${field}\``).join(', '))

/** What is lost of a request for one thing from one protocol to another. */
export function lossesOf(probe: Probe, client: ProtocolName, upstream: ProtocolName): readonly string[] {
  const losses = makeLosses()
  adapterOf(upstream).writeRequest(callOf(client, probe), { model: 'm', losses })
  return losses.list()
}

/** The call that a request is. */
export const callOf = (client: ProtocolName, probe?: Probe): CanonicalCall =>
  adapterOf(client).readRequest(Buffer.from(JSON.stringify({ ...BASES[client], ...probe?.bodies[client] })), ADDRESS)
