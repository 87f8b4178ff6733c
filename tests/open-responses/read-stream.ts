import assert from 'node:assert/strict'
import { createParser } from 'eventsource-parser'
import { event, type StreamEvent } from './events.ts'
import type { Resource } from './resource.ts'

/** What a stream told. */
export type Streamed = { readonly events: readonly StreamEvent[]; readonly response: Resource }

const LAST: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed'])

/** Reads a stream and holds it to the specification: every event has its shape, its name and its turn, and what is told twice is the same. */
export function readStream(body: string): Streamed {
  const events: StreamEvent[] = []
  const parser = createParser({
    onEvent: ({ data, event: name }) => {
      if (data === '[DONE]') return
      const parsed = event.parse(JSON.parse(data), { reportInput: true })
      assert.equal(name, parsed.type, 'the name of an event is its type')
      events.push(parsed)
    },
  })
  parser.feed(body)
  events.forEach(({ sequence_number: number }, index) => {
    assert.equal(number, index, 'the numbers of events')
  })
  assert.equal(events[0]?.type, 'response.created')
  const last = events.at(-1)
  if (last === undefined || !('response' in last)) assert.fail('a stream without an end')
  assert.deepEqual(
    events.filter(({ type }) => LAST.has(type)).map(({ type }) => type),
    [last.type],
    'one event ends it',
  )
  assert.equal(`response.${last.response.status}`, last.type)
  assertItems(events, last.response)
  return { events, response: last.response }
}

/** Items begin, grow and end in their order, and the response repeats them. */
function assertItems(events: readonly StreamEvent[], response: Resource): void {
  const ids: string[] = []
  const done: Resource['output'][number][] = []
  const texts = new Map<string, string>()
  for (const told of events) {
    if (told.type === 'response.output_item.added') {
      assert.deepEqual([told.output_index, done.length], [ids.length, ids.length], 'an item begins where the one before has ended')
      ids.push(told.item.id)
    } else if (told.type === 'response.output_item.done') {
      assert.deepEqual([told.item.id, told.output_index], [ids.at(-1), done.length])
      done.push(told.item)
    } else if ('item_id' in told) {
      assert.deepEqual([told.item_id, told.output_index], [ids.at(-1), done.length], `${told.type} belongs to the open item`)
      grow(texts, told)
    }
  }
  assert.deepEqual(response.output, done)
}

/** What grew by deltas is what is told at its end. */
function grow(texts: Map<string, string>, told: Extract<StreamEvent, { item_id: string }>): void {
  const [, kind = '', step = ''] = /^response\.(.*)\.(\w+)$/.exec(told.type) ?? []
  const index = 'content_index' in told ? told.content_index : 'summary_index' in told ? told.summary_index : 0
  const place = `${kind} ${told.output_index} ${index}`
  if ('delta' in told) texts.set(place, (texts.get(place) ?? '') + told.delta)
  const whole = 'text' in told ? told.text : 'arguments' in told ? told.arguments : 'refusal' in told ? told.refusal : undefined
  if (step === 'done' && whole !== undefined) assert.equal(texts.get(place) ?? '', whole, place)
}
