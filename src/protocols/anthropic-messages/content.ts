import type { JsonScanner } from '../json-scanner.ts'
import type { OnMark } from '../scan-plan.ts'
import { CLIENT_TOOL, INLINE_SERVER_TOOL } from './server-tools.ts'

/** What of a request costs other than its bytes. */
export type Content = {
  readonly pictures: number
  /** Bytes of pictures within the request. */
  readonly mediaBytes: number
  /** The same and those of everything else that may be no text. */
  readonly sourceBytes: number
  /** Tokens that tools of the provider's making add, which the client runs. */
  readonly others: number
  readonly isUnbounded: boolean
  readonly hasServerTool: boolean
  /** Whether a message defines a tool that the provider runs. */
  readonly hasInlineServerTool: boolean
  readonly writesCache: boolean
  /** Whether some part asks for a lifetime other than five minutes. */
  readonly writesLong: boolean
  /** Where each tool's type ends. */
  readonly typeEnds: readonly number[]
}

/** Keys that a reader of content has to be told of. */
export const REQUEST_MARKS = ['type', 'cache_control', 'ttl', 'source', 'data', 'content', 'input'] as const
const [TYPE, CACHE, TTL, SOURCE, DATA, CONTENT, INPUT] = REQUEST_MARKS.keys()

/** Root object, array of tools, tool. */
const TOOL_DEPTH = 3
/** Root object, messages, message, content, block; within a tool's result two deeper. */
const BLOCK_DEPTH = 5
const RESULT_BLOCK_DEPTH = 7

/** Where messages define tools: block, tool, definition; two deeper in what a compaction tells of them. */
const DEFINITION_DEPTHS = [BLOCK_DEPTH + 2, BLOCK_DEPTH + 4]

/** What a tool that the client runs but the provider defined (bash, text editor, computer) adds to the prompt at most. */
const DEFINED_TOOL_TOKENS_MAX = 1_500

/** Types of content whose tokens have no bound in the request; one spelled with escapes counts as such too. */
const UNBOUNDED_TYPES = ['"document"', '"container_upload"', '"file"', '"audio"', '"video"']

type Growing = { -readonly [Field in keyof Content]: Content[Field] } & {
  typeEnds: number[]
  /** The source of a block that was met last; `at` is -1 where it is no object, or none of a block. */
  source: { at: number; blockAt: number }
  /** What sources of blocks hold, by where the block begins; and where pictures begin. */
  data: { blockAt: number; bytes: number }[]
  picturesAt: Set<number>
  isInResult: boolean
}

/** The numbers of the fields that hold messages and tools. */
export type ContentFields = { readonly messagesField: number; readonly toolsField: number }

/** Reads a request's content as a scanner passes it; `content` tells it at the end. */
export function contentReader(body: Buffer, { messagesField, toolsField }: ContentFields) {
  const seen: Growing = {
    ...{
      pictures: 0,
      mediaBytes: 0,
      sourceBytes: 0,
      others: 0,
      isUnbounded: false,
      hasServerTool: false,
      hasInlineServerTool: false,
      writesCache: false,
      writesLong: false,
    },
    ...{ typeEnds: [], source: { at: -1, blockAt: -1 }, data: [], picturesAt: new Set(), isInResult: false },
  }
  const textOf = (start: number, end: number): string => body.toString('latin1', start, Math.min(end, start + 40))
  const markerOf =
    (scanner: JsonScanner): OnMark =>
    (mark, start, end) => {
      if (mark === CACHE) seen.writesCache = true
      else if (mark === TTL) seen.writesLong ||= textOf(start, end) !== '"5m"'
      else if (mark !== TYPE) {
        if (scanner.field === messagesField) addSource(seen, { mark, depth: scanner.depth, openedAt: scanner.openedAt, start, end })
      } else if (scanner.field !== toolsField) {
        const type = textOf(start, end)
        addContent(seen, { type, blockAt: scanner.openedAt })
        if (DEFINITION_DEPTHS.includes(scanner.depth)) seen.hasInlineServerTool ||= INLINE_SERVER_TOOL.test(type)
      } else if (scanner.depth === TOOL_DEPTH) addTool(seen, { type: textOf(start, end), end })
    }
  // A block that names a source and is no picture could have it read as text.
  const content = (): Content => ({
    ...seen,
    mediaBytes: seen.data.reduce((sum, { blockAt, bytes }) => sum + (seen.picturesAt.has(blockAt) ? bytes : 0), 0),
    sourceBytes: seen.data.reduce((sum, { bytes }) => sum + bytes, 0),
  })
  return { markerOf, content }
}

/** A value whose key is watched: where it lies, and where the object begins that it is a member of. One that is an object or a list has no length. */
type Mark = { readonly mark: number; readonly depth: number; readonly openedAt: number; readonly start: number; readonly end: number }

/** Bytes of a block's `source.data`; a tool's input may have members of the same names, which are text. */
function addSource(seen: Growing, { mark, depth, openedAt, start, end }: Mark): void {
  if (depth === BLOCK_DEPTH && (mark === CONTENT || mark === INPUT)) seen.isInResult = mark === CONTENT
  const isBlock = depth === BLOCK_DEPTH || (depth === RESULT_BLOCK_DEPTH && seen.isInResult)
  if (mark === SOURCE) seen.source = { at: isBlock && start === end ? start : -1, blockAt: openedAt }
  if (mark !== DATA || start === end || openedAt !== seen.source.at) return
  seen.data.push({ blockAt: seen.source.blockAt, bytes: end - start - 2 })
  seen.source.at = -1
}

function addContent(seen: Growing, { type, blockAt }: { readonly type: string; readonly blockAt: number }): void {
  if (type === '"image"') {
    seen.pictures += 1
    seen.picturesAt.add(blockAt)
  } else if (UNBOUNDED_TYPES.includes(type) || type.includes('\\')) seen.isUnbounded = true
}

/** Tools that the provider runs put what they find into the prompt, so all that are not known to run at the client have no bound. */
function addTool(seen: Growing, { type, end }: { readonly type: string; readonly end: number }): void {
  seen.typeEnds.push(end)
  const name = type.slice(1, -1)
  if (!CLIENT_TOOL.test(name) || !type.endsWith('"')) seen.hasServerTool = true
  else if (name !== 'custom') seen.others += DEFINED_TOOL_TOKENS_MAX
}
