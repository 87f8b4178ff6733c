import type { JsonObject } from '../call.ts'
import type { PartStart } from '../events.ts'
import { isObject } from '../json.ts'
import type { ItemSink, OpenItem } from './open-item.ts'

/** An item that comes in one piece: a picture, or what only this protocol has. */
export function foreignItem(kind: Extract<PartStart, { type: 'image' | 'foreign' }>, sink: ItemSink): OpenItem {
  const item = itemOf(kind, sink.id)
  let hasBegun = false
  return {
    begin: () => {
      const isFirst = !hasBegun
      if (isFirst) sink.added(item)
      hasBegun = true
      return isFirst
    },
    push: () => undefined,
    close: () => item,
  }
}

function itemOf(kind: Extract<PartStart, { type: 'image' | 'foreign' }>, id: string): JsonObject {
  if (kind.type === 'foreign') return isObject(kind.value) ? kind.value : {}
  const format = kind.mimeType.replace(/^image\//, '')
  return { id, type: 'image_generation_call', status: 'completed', result: kind.data, output_format: format }
}
