import type { JsonScanner } from '../json-scanner.ts'
import { addressKind, LIFETIME_MARKS, LifetimeTeller } from '../openai-family/index.ts'
import type { OnMark } from '../scan-plan.ts'
import { itemTeller } from './items.ts'
import { type PartsSeen, partTeller } from './parts.ts'
import { type ToolsSeen, toolTeller } from './server-tools.ts'

/** What of a request costs other than its bytes. */
export type Content = PartsSeen &
  ToolsSeen & {
    readonly hasSound: boolean
    /** Whether items of the input bring tools with them. */
    readonly bringsTools: boolean
  }

/** Keys of parts that are not text. Source: https://platform.openai.com/docs/api-reference/responses/create (2026-11-26), and its kin. */
const MEMBERS = ['type', 'role', 'id', 'image_url', 'file_id', 'detail', 'tools'] as const
const [TYPE, ROLE, ID, URL_MARK, FILE_ID, DETAIL, TOOLS] = MEMBERS.keys()
const SOUNDS = ['input_audio', 'audio', 'audio_url'] as const
const FILES = ['file', 'file_data', 'file_url', 'document', 'inline_data', 'video', 'video_url'] as const

/** Keys that a reader of content has to be told of. */
export const REQUEST_MARKS = [...MEMBERS, ...SOUNDS, ...FILES, ...LIFETIME_MARKS] as const
const FIRST_SOUND = MEMBERS.length
const FIRST_FILE = FIRST_SOUND + SOUNDS.length
const FIRST_LIFETIME = FIRST_FILE + FILES.length

/** Root object, input, item; root object, tools, tool. */
const ITEM_DEPTH = 3
/** The picture of an item's output; a part of an item's content lies one deeper. */
const OUTPUT_DEPTH = 4

/** Fields of a request that a reader of content tells apart, as they are numbered in the scan's plan. */
export type ContentFields = { readonly input: number; readonly tools: number; readonly cacheOptions: number }

/** Reads a request's content as a scanner passes it; `content` tells it at the end. Fails with nothing_stored. */
export function contentReader(body: Buffer, fields: ContentFields) {
  const [items, parts, tools] = [itemTeller(), partTeller(), toolTeller()]
  const lifetimes = new LifetimeTeller(body, fields.cacheOptions)
  let [hasSound, hasFile, bringsTools] = [false, false, false]
  const textOf = (start: number, end: number): string => body.toString('latin1', start, Math.min(end, start + 40))
  const bytesWithin = (start: number, end: number): number => {
    const kind = end > start ? addressKind(body, start) : 'address'
    if (kind === 'file') hasFile = true
    return kind === 'picture' ? Math.max(0, end - start - 2) : 0
  }
  const noteItem = (at: number, mark: number, type: string): void => {
    if (mark === TYPE) items.type(at, type)
    else if (mark === ROLE) items.role(at)
    else if (mark === ID) items.id(at)
    else if (mark === TOOLS) bringsTools = true
  }
  const notePart = (scanner: JsonScanner, mark: number, [start, end]: readonly [number, number]): void => {
    const at = scanner.openedAt
    const isMedia = scanner.depth === OUTPUT_DEPTH || scanner.depth === OUTPUT_DEPTH + 1
    if (mark === TYPE) parts.type(at, textOf(start, end))
    else if (mark === URL_MARK) parts.url(at, isMedia ? bytesWithin(start, end) : 0)
    else if (mark === FILE_ID) parts.file(at)
    else if (mark === DETAIL) parts.detail(at, textOf(start, end))
    else if (mark >= FIRST_FILE) hasFile = true
    else if (mark >= FIRST_SOUND) hasSound = true
  }
  const markerOf =
    (scanner: JsonScanner): OnMark =>
    (mark, start, end) => {
      if (mark >= FIRST_LIFETIME) lifetimes.note(scanner, mark - FIRST_LIFETIME, [start, end])
      else if (scanner.field === fields.tools) {
        if (mark === TYPE && scanner.depth === ITEM_DEPTH) tools.type(textOf(start, end))
      } else if (scanner.field === fields.input) {
        if (scanner.depth === ITEM_DEPTH) noteItem(scanner.openedAt, mark, textOf(start, end))
        notePart(scanner, mark, [start, end])
      }
    }
  const content = (): Content => {
    const hasOther = items.hasOther()
    if (hasOther) tools.other()
    const seen = parts.seen()
    return { ...seen, ...tools.seen(), bringsTools, hasSound: hasSound || hasOther, hasFile: hasFile || seen.hasFile || hasOther }
  }
  return { markerOf, content, tools, lifetimes }
}
