import type { SimScript } from '../../sim/index.ts'
import type { Spoken } from '../calls.ts'
import type { Attachment, Draft, Words } from './draft.ts'
import { makePng } from './png.ts'

/** A place in a call where a canary can stand. */
export type Surface = {
  readonly name: string
  /** Whether it stands in what the upstream is sent, in what it answers, or in what the gateway keeps to itself. */
  readonly reaches: 'upstream' | 'client' | 'nobody'
  /** Protocols that have such a place; all where it is not given. */
  readonly protocols?: readonly Spoken[]
  /** Whether every translation carries it. */
  readonly isTranslated: boolean
  readonly place: (draft: Draft, canary: string) => Draft
}

type Place = Surface['place']
type More = Partial<Pick<Surface, 'protocols' | 'isTranslated'>>

const onUpstream = (name: string, place: Place, more: More = {}): Surface => surface({ name, reaches: 'upstream', place }, more)
const onClient = (name: string, place: Place, more: More = {}): Surface => surface({ name, reaches: 'client', place }, more)
const inside = (name: string, place: Place): Surface => surface({ name, reaches: 'nobody', place }, {})
const surface = (made: Pick<Surface, 'name' | 'reaches' | 'place'>, more: More): Surface => ({ ...made, isTranslated: false, ...more })

const saying = (draft: Draft, words: Partial<Words>): Draft => ({ ...draft, words: { ...draft.words, ...words } })
const answering = (draft: Draft, script: SimScript): Draft => ({ ...draft, script: { ...draft.script, ...script } })
const withHeader = (draft: Draft, name: string, value: string): Draft => ({ ...draft, headers: { ...draft.headers, [name]: value } })
const asking = (draft: Draft, canary: string): Draft => saying(draft, { question: `${draft.words.question} Repeat: ${canary}` })
const attaching = (draft: Draft, attachment: Attachment): Draft => saying(draft, { attachment })
const SAID = { isTranslated: true } as const
/** Bytes that stand around a canary in what is no text. */
const padded = (canary: string): Buffer => Buffer.concat([Buffer.alloc(50, 7), Buffer.from(canary), Buffer.alloc(50, 7)])

/**
 * The places of a call where a canary stands: all that the catalogue of checks names but what forms and embeddings carry, which
 * `askSurfaces` sends.
 */
export const SURFACES: readonly Surface[] = [
  onClient('completion text', (draft, canary) => answering(draft, { text: `It takes ${canary} minutes, as every day of the week.` }), SAID),
  onClient('completion tool arguments', (draft, canary) => {
    const calling = { toolCalls: [{ name: 'look_up', arguments: JSON.stringify({ what: canary }) }] }
    return answering(saying(draft, { tool: 'Looks things up.' }), calling)
  }),
  onClient(
    'reasoning text',
    (draft, canary) => answering(draft, { reasoningText: `The customer wants ${canary}.`, isReasoningShown: true }),
    { protocols: ['openai', 'anthropic'] },
  ),
  onClient('first words of a stream', (draft, canary) => answering(draft, { text: `${canary}, ${'and so on, '.repeat(8)}` }), SAID),
  onUpstream('upstream response header', (draft, canary) => answering(asking(draft, canary), { fault: 'prompt-in-header' }), SAID),
  onUpstream('upstream error message', (draft, canary) => answering(asking(draft, canary), { fault: 'error-500-echo' }), SAID),
  onUpstream('user text', asking, SAID),
  onUpstream('system text', (draft, canary) => saying(draft, { system: `You are ${canary}.` }), SAID),
  onUpstream('tool definition', (draft, canary) => saying(draft, { tool: canary }), SAID),
  onUpstream('tool arguments', (draft, canary) => saying(draft, { tool: 'Looks.', toolTurn: { argument: canary, result: 'done' } }), SAID),
  onUpstream('tool result', (draft, canary) => saying(draft, { tool: 'Looks.', toolTurn: { argument: 'x', result: canary } }), SAID),
  onUpstream('image text chunk', (draft, canary) => attaching(draft, { kind: 'image', bytes: makePng({ text: canary }) })),
  onUpstream('image points', (draft, canary) => attaching(draft, { kind: 'image', bytes: makePng({ row: padded(canary) }) })),
  onUpstream('image url', (draft, canary) => saying(draft, { imageUrl: `https://images.test/${canary}.png` })),
  onUpstream('file bytes', (draft, canary) => attaching(draft, { kind: 'file', bytes: padded(canary) })),
  onUpstream('file name', (draft, canary) => attaching(draft, { kind: 'file', name: `${canary}.pdf`, bytes: padded('') }), {
    protocols: ['openai', 'openai-responses', 'anthropic'],
  }),
  onUpstream('audio', (draft, canary) => attaching(draft, { kind: 'audio', bytes: padded(canary) }), { protocols: ['openai', 'gemini'] }),
  inside('user field', (draft, canary) => saying(draft, { user: canary })),
  onUpstream('stop sequence', (draft, canary) => saying(draft, { stop: canary }), { protocols: ['openai', 'anthropic', 'gemini'] }),
  onUpstream('answer schema', (draft, canary) => saying(draft, { schema: canary })),
  inside('custom header', (draft, canary) => withHeader(draft, 'x-title', canary)),
  inside('user agent', (draft, canary) => withHeader(draft, 'user-agent', `app/${canary}`)),
  inside('query string', (draft, canary) => ({ ...draft, query: `?trace=${canary}` })),
  inside('unknown path', (draft, canary) => ({ ...asking(draft, canary), pathEnd: `/${canary}` })),
  inside('model name', (draft, canary) => ({ ...draft, model: canary })),
]
