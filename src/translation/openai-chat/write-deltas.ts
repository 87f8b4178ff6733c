import type { Json, JsonObject } from '../call.ts'
import type { CanonicalEvent, PartStart } from '../events.ts'
import { optional } from '../json.ts'
import { signatureMember } from '../openai-words/index.ts'
import { urlCitationOf } from '../url-citation.ts'

/** What one event adds to the message of a choice, in the words of a chunk's `delta`. */
export type Delta = { readonly choice: number; readonly members: JsonObject; readonly logprobs?: Json }

/** Turns events into deltas: none, one, or two where a choice begins. */
export type DeltaWriter = {
  readonly push: (event: CanonicalEvent) => readonly Delta[]
  /** Whether a choice has refused in words. */
  readonly hasRefusal: (choice: number) => boolean
}

type ChoiceState = {
  kind: PartStart['type'] | undefined
  isCustom: boolean
  tools: number
  textLength: number
  partLength: number
  /** Citations that name no place; they are for the whole of their part. */
  waiting: Json[]
  hasRefusal: boolean
}

/** Deltas of one reply. */
export function deltaWriter(): DeltaWriter {
  const choices = new Map<number, ChoiceState>()
  return {
    push: (event) => {
      if (!('choice' in event)) return []
      const known = choices.get(event.choice)
      const state = known ?? newState()
      if (known === undefined) choices.set(event.choice, state)
      const first = known === undefined ? [{ choice: event.choice, members: { role: 'assistant', content: '', refusal: null } }] : []
      const members = membersOf(event, state)
      if (members === undefined) return first
      const logprobs = event.type === 'text-delta' ? event.logprobs : undefined
      return [...first, { choice: event.choice, members, ...optional('logprobs', logprobs) }]
    },
    hasRefusal: (choice) => choices.get(choice)?.hasRefusal ?? false,
  }
}

const newState = (): ChoiceState => ({
  ...{ kind: undefined, isCustom: false, tools: 0, textLength: 0, partLength: 0, waiting: [], hasRefusal: false },
})

function membersOf(event: Extract<CanonicalEvent, { choice: number }>, state: ChoiceState): JsonObject | undefined {
  switch (event.type) {
    case 'part-start':
      return beginPart(event.kind, state)
    case 'text-delta':
      state.partLength += event.text.length
      return { content: event.text }
    case 'reasoning-delta':
      return { reasoning_content: event.text }
    case 'refusal-delta':
      state.hasRefusal = true
      return { refusal: event.text }
    case 'arguments-delta':
      return toolMembers(state, argumentsMember(state, event.text))
    case 'signature':
      // Some clients read no piece of a call without its function.
      return state.kind === 'tool-call'
        ? toolMembers(state, { ...argumentsMember(state, ''), ...signatureMember(event.signature) })
        : undefined
    case 'citation':
      return cite(event.value, state, event.origin === 'openai-chat')
    case 'part-end':
      return endPart(state)
    case 'finish':
      return undefined
  }
}

function beginPart(kind: PartStart, state: ChoiceState): JsonObject | undefined {
  state.kind = kind.type
  state.partLength = 0
  if (kind.type === 'image') {
    return { images: [{ type: 'image_url', image_url: { url: `data:${kind.mimeType};base64,${kind.data}` } }] }
  }
  if (kind.type === 'audio' && kind.transcript !== undefined) {
    state.partLength = kind.transcript.length
    return { content: kind.transcript }
  }
  if (kind.type !== 'tool-call') return undefined
  state.isCustom = kind.isCustom ?? false
  state.tools += 1
  const { id, name } = kind
  return toolMembers(
    state,
    state.isCustom ? { id, type: 'custom', custom: { name, input: '' } } : { id, type: 'function', function: { name, arguments: '' } },
  )
}

const argumentsMember = ({ isCustom }: ChoiceState, text: string): JsonObject =>
  isCustom ? { custom: { input: text } } : { function: { arguments: text } }

const toolMembers = ({ tools }: ChoiceState, members: JsonObject): JsonObject => ({ tool_calls: [{ index: tools - 1, ...members }] })

/** A citation of this protocol as it came; of others an annotation where they name an address. Source: as in read-reply. */
function cite(value: Json, state: ChoiceState, isOwn: boolean): JsonObject | undefined {
  if (isOwn) return { annotations: [value] }
  const range = urlCitationOf(value)?.range
  if (range !== undefined) return { annotations: annotationsOf([value], { start: state.textLength, end: state.textLength }) }
  state.waiting.push(value)
  return undefined
}

function endPart(state: ChoiceState): JsonObject | undefined {
  const annotations = annotationsOf(state.waiting, { start: state.textLength, end: state.textLength + state.partLength })
  state.waiting = []
  state.textLength += state.kind === 'text' || state.kind === 'audio' ? state.partLength : 0
  state.kind = undefined
  return annotations.length === 0 ? undefined : { annotations }
}

/** Annotations of a part that lies at `start` of the message's text; those without a place are for all of it. */
const annotationsOf = (values: readonly Json[], { start, end }: { readonly start: number; readonly end: number }): readonly Json[] =>
  values.flatMap((value) => {
    const cited = urlCitationOf(value)
    if (cited === undefined) return []
    const range = cited.range === undefined ? { start, end } : { start: start + cited.range.start, end: start + cited.range.end }
    return [{ type: 'url_citation', url_citation: { url: cited.url, title: cited.title, start_index: range.start, end_index: range.end } }]
  })
