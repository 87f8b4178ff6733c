import { type CarriedThought, carry } from '../carried-thought.ts'
import type { PartStart } from '../events.ts'
import { withoutUndefined } from '../json.ts'
import type { ItemSink, OpenItem } from './open-item.ts'

type Thought = Extract<PartStart, { type: 'reasoning' }>

/** What the parts of a summary are called, and those of the thoughts themselves. */
const SUMMARY = { text: 'reasoning_summary_text', part: 'reasoning_summary_part', type: 'summary_text', index: 'summary_index' }
const THOUGHT = { text: 'reasoning_text', part: 'content_part', type: 'reasoning_text', index: 'content_index' }
const wordsOf = (isSummary: boolean): typeof SUMMARY => (isSummary ? SUMMARY : THOUGHT)

/**
 * Thoughts. Those of this protocol are one item for all parts of one id; those of another are an item each, whose encrypted_content says
 * what they were. They are told as summaries where the client asked for such, as that is what clients show.
 */
export function reasoningItem(first: Thought, sink: ItemSink): OpenItem {
  const isOwn = first.origin === 'openai-responses'
  const [summaries, thoughts]: [string[], string[]] = [[], []]
  let encrypted = isOwn ? undefined : carry(carriedOf(first))
  let signature: string | undefined
  let part: { readonly isSummary: boolean; text: string } | undefined
  let current = first
  let hasBegun = false

  const itemNow = (texts: { readonly summary: readonly string[]; readonly content: readonly string[] }) =>
    withoutUndefined({
      id: sink.id,
      type: 'reasoning',
      summary: texts.summary.map((text) => ({ type: 'summary_text', text })),
      content: texts.content.length > 0 ? texts.content.map((text) => ({ type: 'reasoning_text', text })) : undefined,
      encrypted_content: encrypted,
    })
  const placeOf = (isSummary: boolean): string => `"${wordsOf(isSummary).index}":${(isSummary ? summaries : thoughts).length}`
  const endPart = (): void => {
    if (part === undefined) return
    const { isSummary, text } = part
    part = undefined
    const [words, place] = [wordsOf(isSummary), placeOf(isSummary)]
    const told = (): string => JSON.stringify(text)
    sink.send(`response.${words.text}.done`, () => `${place},"text":${told()}`)
    sink.send(`response.${words.part}.done`, () => `${place},"part":{"type":"${words.type}","text":${told()}}`)
    ;(isSummary ? summaries : thoughts).push(text)
  }
  const beginPart = (kind: Thought): void => {
    const isSummary = kind.isSummary ?? (!isOwn && sink.call.reasoning?.isTold === true)
    part = { isSummary, text: '' }
    const { part: name, type } = wordsOf(isSummary)
    sink.send(`response.${name}.added`, () => `${placeOf(isSummary)},"part":{"type":"${type}","text":""}`)
  }
  const grow = ({ isSummary }: { readonly isSummary: boolean }, text: string): void =>
    sink.send(`response.${wordsOf(isSummary).text}.delta`, () => `${placeOf(isSummary)},"delta":${JSON.stringify(text)}`)
  return {
    begin: (kind) => {
      if (kind.type !== 'reasoning' || (hasBegun && !(isOwn && isSameItem(first, kind)))) return false
      endPart()
      if (isOwn) encrypted = kind.encrypted ?? encrypted
      if (!hasBegun) sink.added(itemNow({ summary: [], content: [] }))
      hasBegun = true
      current = kind
      // What is encrypted has no text, as a rule.
      if (kind.encrypted === undefined) beginPart(kind)
      return true
    },
    push: (event) => {
      if (event.type === 'signature') signature = event.signature
      if (event.type !== 'reasoning-delta') return
      if (part === undefined) beginPart(current)
      if (part === undefined) return
      part.text += event.text
      grow(part, event.text)
    },
    close: () => {
      endPart()
      if (signature !== undefined && !isOwn) encrypted = carry({ ...carriedOf(first), signature })
      return itemNow({ summary: summaries, content: thoughts })
    },
  }
}

const isSameItem = (first: Thought, next: Thought): boolean =>
  first.origin === next.origin && first.id !== undefined && first.id === next.id

const carriedOf = ({ origin, encrypted, isSummary }: Thought): CarriedThought => ({
  origin,
  ...(encrypted === undefined ? {} : { encrypted }),
  ...(isSummary === undefined ? {} : { isSummary }),
})
