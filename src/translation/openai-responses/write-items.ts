import type { CanonicalCall } from '../call.ts'
import type { CanonicalEvent, PartStart } from '../events.ts'
import { foreignItem } from './foreign-item.ts'
import { callItem } from './open-call.ts'
import type { ItemSink, ItemStatus, OpenItem, Send } from './open-item.ts'
import { messageItem } from './open-message.ts'
import { reasoningItem } from './open-reasoning.ts'

/** Writes the output of one response. */
export type ItemWriter = {
  readonly push: (event: Extract<CanonicalEvent, { part: number }>) => void
  /** Ends the item that is open. */
  readonly close: (status: ItemStatus) => void
  readonly hasRefusal: () => boolean
}

type Writing = { readonly send: Send; readonly keep: (item: string) => void; readonly responseId: string; readonly call: CanonicalCall }

/** A writer of items. A part either goes on in the item before it, as texts of one message do, or begins its own. */
export function itemWriter({ send, keep, responseId, call }: Writing): ItemWriter {
  const base = responseId.replace(/^[a-z]+[_-]/, '').replace(/\W/g, '')
  let open: OpenItem | undefined
  let index = -1
  let refusals = 0
  let isPassedOver = false

  const close = (status: ItemStatus): void => {
    if (open === undefined) return
    const item = JSON.stringify(open.close(status))
    open = undefined
    keep(item)
    send('response.output_item.done', () => `"output_index":${index},"item":${item}`)
  }
  const begin = (kind: PartStart): void => {
    // What only another protocol has cannot be told here.
    isPassedOver = kind.type === 'foreign' && kind.protocol !== 'openai-responses'
    if (isPassedOver) return
    if (kind.type === 'refusal') refusals += 1
    if (open?.begin(kind) === true) return
    close('completed')
    index += 1
    const place = `"output_index":${index}`
    const id = idOf(kind, `${base}_${index}`)
    open = itemOf(kind, {
      ...{ id, call },
      added: (item) => send('response.output_item.added', () => `${place},"item":${JSON.stringify(item)}`),
      send: (type, members) => send(type, () => `"item_id":${JSON.stringify(id)},${place},${members()}`),
    })
    open.begin(kind)
  }
  return {
    push: (event) => {
      if (event.type === 'part-start') begin(event.kind)
      else if (!isPassedOver) open?.push(event)
    },
    close,
    hasRefusal: () => refusals > 0,
  }
}

/** Ids begin with what they are of, as clients tell them apart by that; thoughts keep the id they came with. */
function idOf(kind: PartStart, rest: string): string {
  if (kind.type === 'reasoning' && kind.origin === 'openai-responses' && kind.id !== undefined) return kind.id
  if (kind.type === 'tool-call') return `${kind.isCustom === true ? 'ctc' : 'fc'}_${rest}`
  if (kind.type === 'reasoning') return `rs_${rest}`
  return `${kind.type === 'image' ? 'ig' : 'msg'}_${rest}`
}

function itemOf(kind: PartStart, sink: ItemSink): OpenItem {
  if (kind.type === 'tool-call') return callItem(kind, sink)
  if (kind.type === 'reasoning') return reasoningItem(kind, sink)
  if (kind.type === 'image' || kind.type === 'foreign') return foreignItem(kind, sink)
  return messageItem(kind, sink)
}
