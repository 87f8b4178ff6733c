import type { Json, JsonObject } from '../call.ts'
import type { PartStart } from '../events.ts'
import { isObject, withoutUndefined } from '../json.ts'
import { type UrlCitation, urlCitationOf } from '../url-citation.ts'
import type { ItemSink, OpenItem, PartEvent } from './open-item.ts'

type Prose = Extract<PartStart, { type: 'text' | 'refusal' | 'audio' }>

type Content = {
  readonly type: 'output_text' | 'refusal'
  text: string
  readonly annotations: Json[]
  waiting: Json[]
  readonly logprobs: Json[]
}

const contentFor = ({ type }: Prose): Content => ({
  ...{ type: type === 'refusal' ? 'refusal' : 'output_text', text: '' },
  ...{ annotations: [], waiting: [], logprobs: [] },
})

/** A message of the model: texts and refusals that follow each other, as long as they are for the same. */
export function messageItem(first: Prose, sink: ItemSink): OpenItem {
  const phase = first.type === 'text' ? first.phase : undefined
  const contents: JsonObject[] = []
  let content: Content | undefined
  let hasBegun = false

  const itemNow = (status: string): JsonObject =>
    withoutUndefined({ id: sink.id, type: 'message', status, role: 'assistant', content: contents, phase })
  const send = (type: string, members: () => string): void =>
    sink.send(`response.${type}`, () => `"content_index":${contents.length},${members()}`)
  const annotate = (to: Content, annotation: Json): void => {
    send('output_text.annotation.added', () => `"annotation_index":${to.annotations.length},"annotation":${JSON.stringify(annotation)}`)
    to.annotations.push(annotation)
  }
  const endContent = (): void => {
    if (content === undefined) return
    const { type, text, waiting, logprobs } = content
    for (const annotation of waiting) annotate(content, annotation)
    if (type === 'refusal') send('refusal.done', () => `"refusal":${JSON.stringify(text)}`)
    else send('output_text.done', () => `"text":${JSON.stringify(text)},"logprobs":${JSON.stringify(logprobs)}`)
    const part = contentJson(content)
    send('content_part.done', () => `"part":${JSON.stringify(part)}`)
    contents.push(part)
    content = undefined
  }
  const beginContent = (kind: Prose): void => {
    const begun = contentFor(kind)
    content = begun
    send('content_part.added', () => `"part":${JSON.stringify(contentJson(begun))}`)
    if (kind.type === 'audio' && kind.transcript !== undefined) grow(begun, kind.transcript, undefined)
  }
  const grow = (to: Content, text: string, logprobs: Json | undefined): void => {
    to.text += text
    const told: readonly Json[] = Array.isArray(logprobs) ? logprobs : []
    for (const one of told) to.logprobs.push(one)
    if (to.type === 'refusal') send('refusal.delta', () => `"delta":${JSON.stringify(text)}`)
    else send('output_text.delta', () => `"delta":${JSON.stringify(text)},"logprobs":${told === logprobs ? JSON.stringify(told) : '[]'}`)
  }
  const cite = (to: Content, event: Extract<PartEvent, { type: 'citation' }>): void => {
    const cited = urlCitationOf(event.value)
    if (event.origin === 'openai-responses') annotate(to, event.value)
    else if (cited?.range !== undefined) annotate(to, annotationOf(cited, cited.range))
    else if (cited !== undefined) to.waiting.push(annotationOf(cited, { start: 0, end: 0 }))
  }
  return {
    begin: (kind) => {
      const isFirst = !hasBegun
      if (kind.type !== 'text' && kind.type !== 'refusal' && kind.type !== 'audio') return false
      if (!isFirst && kind.type === 'text' && kind.phase !== phase) return false
      endContent()
      if (isFirst) sink.added(itemNow('in_progress'))
      hasBegun = true
      beginContent(kind)
      return true
    },
    push: (event) => {
      if (content === undefined) return
      if (event.type === 'text-delta') grow(content, event.text, event.logprobs)
      if (event.type === 'refusal-delta') grow(content, event.text, undefined)
      if (event.type === 'citation') cite(content, event)
      if (event.type === 'part-end') content.waiting = content.waiting.map((annotation) => toEnd(annotation, content?.text.length ?? 0))
    },
    close: (status) => {
      endContent()
      return itemNow(status)
    },
  }
}

const annotationOf = ({ url, title }: UrlCitation, { start, end }: { readonly start: number; readonly end: number }): Json => ({
  ...{ type: 'url_citation', url, title, start_index: start, end_index: end },
})

/** A citation that named no place is for the whole of its text. */
const toEnd = (annotation: Json, end: number): Json => (isObject(annotation) ? { ...annotation, end_index: end } : annotation)

const contentJson = ({ type, text, annotations, logprobs }: Content): JsonObject =>
  type === 'refusal' ? { type, refusal: text } : { type, annotations, logprobs, text }
