import type { SimScript } from '../../sim/index.ts'
import { keyHeader, SPOKEN, type Spoken } from '../calls.ts'

/** A request of a customer before it is sent, and how the fake upstream answers it. */
export type Draft = {
  readonly protocol: Spoken
  readonly key: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
  readonly script: SimScript
}

/** A place in a call where a canary can stand. */
export type Surface = {
  readonly name: string
  /** Whether it stands in what the upstream is sent, in what it answers, or in what the gateway keeps to itself. */
  readonly reaches: 'upstream' | 'client' | 'nobody'
  readonly place: (draft: Draft, canary: string) => Draft
}

/** A plain call: `tag` stands in its last user message, so that the fake upstream knows which call it is. */
export function draftOf(at: { readonly protocol: Spoken; readonly key: string; readonly tag: string }): Draft {
  const { protocol, key, tag } = at
  const { path, model } = SPOKEN[protocol]
  return {
    ...{ protocol, key, target: path },
    headers: { 'content-type': 'application/json', ...keyHeader({ protocol, key }) },
    body: { model, max_tokens: 64, messages: [{ role: 'user', content: `Question ${tag}: how long does the ferry take?` }] },
    script: {},
  }
}

/** Every place of a call that the first issue names. */
export const SURFACES: readonly Surface[] = [
  onClient('completion text', (draft, canary) => withScript(draft, { text: `It takes ${canary} minutes, as every day of the week.` })),
  onClient('completion tool arguments', (draft, canary) => {
    const calling = { toolCalls: [{ name: 'look_up', arguments: JSON.stringify({ what: canary }) }] }
    return withScript(withBody(draft, { tools: [toolOf(draft, 'look_up', 'Looks things up.')] }), calling)
  }),
  onClient('reasoning text', (draft, canary) =>
    withScript(draft, { reasoningText: `The customer wants ${canary}.`, isReasoningShown: true }),
  ),
  inside('upstream header', (draft, canary) =>
    withScript(withBody(draft, { messages: [...history(draft), ask(draft, canary)] }), { fault: 'prompt-in-header' }),
  ),
  onUpstream('user text', (draft, canary) => withBody(draft, { messages: [...history(draft), ask(draft, canary)] })),
  onUpstream('system text', (draft, canary) => withSystem(draft, `You are ${canary}.`)),
  onUpstream('tool definition', (draft, canary) => withBody(draft, { tools: [toolOf(draft, 'look_up', canary)] })),
  onUpstream('tool arguments', (draft, canary) =>
    withBody(draft, { messages: [...toolCall(draft, canary), ...lastMessages(draft, 'done')] }),
  ),
  onUpstream('tool result', (draft, canary) => withBody(draft, { messages: [...toolCall(draft, 'x'), ...lastMessages(draft, canary)] })),
  onUpstream('image bytes', (draft, canary) => withImage(draft, Buffer.from(`GIF89a${canary}`).toString('base64'))),
  onUpstream('image url', (draft, canary) => withImage(draft, new URL(`https://images.test/${canary}.gif`))),
  onUpstream('user field', (draft, canary) =>
    withBody(draft, draft.protocol === 'openai' ? { user: canary, metadata: { note: canary } } : { metadata: { user_id: canary } }),
  ),
  onUpstream('stop sequence', (draft, canary) => withBody(draft, { [draft.protocol === 'openai' ? 'stop' : 'stop_sequences']: [canary] })),
  inside('custom header', (draft, canary) => withHeader(draft, 'x-title', canary)),
  inside('user agent', (draft, canary) => withHeader(draft, 'user-agent', `app/${canary}`)),
  inside('query string', (draft, canary) => ({ ...draft, target: `${draft.target}?trace=${canary}` })),
  inside('unknown path', (draft, canary) => {
    const asking = withBody(draft, { messages: [...history(draft), ask(draft, canary)] })
    return { ...asking, target: `/v1/chat/completions/${canary}` }
  }),
  inside('model name', (draft, canary) => withBody(draft, { model: canary })),
]

type Place = Surface['place']

function onUpstream(name: string, place: Place): Surface {
  return { name, reaches: 'upstream', place }
}

function onClient(name: string, place: Place): Surface {
  return { name, reaches: 'client', place }
}

function inside(name: string, place: Place): Surface {
  return { name, reaches: 'nobody', place }
}

type Message = Readonly<Record<string, unknown>>

const withBody = (draft: Draft, fields: Readonly<Record<string, unknown>>): Draft => ({ ...draft, body: { ...draft.body, ...fields } })
const withScript = (draft: Draft, script: SimScript): Draft => ({ ...draft, script: { ...draft.script, ...script } })
const withHeader = (draft: Draft, name: string, value: string): Draft => ({ ...draft, headers: { ...draft.headers, [name]: value } })

const messagesOf = (draft: Draft): readonly Message[] => (Array.isArray(draft.body['messages']) ? draft.body['messages'] : [])
const questionOf = (draft: Draft): string => String(messagesOf(draft).at(-1)?.['content'])
const history = (draft: Draft): readonly Message[] => messagesOf(draft).slice(0, -1)
const ask = (draft: Draft, canary: string): Message => ({ role: 'user', content: `${questionOf(draft)} Repeat: ${canary}` })

function withSystem(draft: Draft, text: string): Draft {
  if (draft.protocol === 'anthropic') return withBody(draft, { system: text })
  return withBody(draft, { messages: [{ role: 'system', content: text }, ...messagesOf(draft)] })
}

function toolOf({ protocol }: Draft, name: string, description: string): Message {
  const schema = { type: 'object', properties: { what: { type: 'string' } } }
  return protocol === 'openai'
    ? { type: 'function', function: { name, description, parameters: schema } }
    : { name, description, input_schema: schema }
}

/** The assistant's call of a tool, with these words in its arguments. */
function toolCall({ protocol }: Draft, words: string): readonly Message[] {
  if (protocol === 'anthropic')
    return [{ role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look_up', input: { what: words } }] }]
  const call = { id: 'call_1', type: 'function', function: { name: 'look_up', arguments: JSON.stringify({ what: words }) } }
  return [{ role: 'assistant', content: null, tool_calls: [call] }]
}

/** The tool's result, and the question after it. */
function lastMessages(draft: Draft, words: string): readonly Message[] {
  const question = questionOf(draft)
  if (draft.protocol === 'openai')
    return [
      { role: 'tool', tool_call_id: 'call_1', content: words },
      { role: 'user', content: question },
    ]
  return [
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: words },
        { type: 'text', text: question },
      ],
    },
  ]
}

function withImage(draft: Draft, image: string | URL): Draft {
  const isUrl = image instanceof URL
  const openai = { type: 'image_url', image_url: { url: isUrl ? image.href : `data:image/gif;base64,${image}` } }
  const source = isUrl ? { type: 'url', url: image.href } : { type: 'base64', media_type: 'image/gif', data: image }
  const part = draft.protocol === 'openai' ? openai : { type: 'image', source }
  return withBody(draft, { messages: [...history(draft), { role: 'user', content: [{ type: 'text', text: questionOf(draft) }, part] }] })
}
