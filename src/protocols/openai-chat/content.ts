import type { JsonScanner } from '../json-scanner.ts'
import { addressKind, LIFETIME_MARKS, LifetimeTeller, type Picture } from '../openai-family/index.ts'
import type { RequestFields, Span } from '../request-fields.ts'
import type { OnMark } from '../scan-plan.ts'

/** What of a request costs other than its bytes. */
export type Content = {
  readonly pictures: readonly Picture[]
  /** Bytes of pictures within the request. */
  readonly mediaBytes: number
  readonly hasSound: boolean
  /** Content whose tokens have no bound in the request: files, video. */
  readonly hasFile: boolean
  /** Tools that the upstream runs. */
  readonly hasServerTool: boolean
  /** How many tools name a type. */
  readonly toolTypes: number
}

/** Keys of content parts that are not text. Source: https://platform.openai.com/docs/api-reference/chat/create (2026-11), and its kin. */
const PICTURES = ['image_url', 'input_image', 'image'] as const
const SOUNDS = ['input_audio', 'audio', 'audio_url'] as const
const FILES = ['file', 'file_id', 'file_data', 'input_file', 'document', 'inline_data', 'video_url', 'video'] as const
const DETAILS = ['url', 'detail', 'type'] as const

/** Keys that a reader of content has to be told of. */
export const REQUEST_MARKS = [...PICTURES, ...SOUNDS, ...FILES, ...DETAILS, ...LIFETIME_MARKS] as const
const FIRST_SOUND = PICTURES.length
const FIRST_FILE = FIRST_SOUND + SOUNDS.length
const URL_MARK = FIRST_FILE + FILES.length
const DETAIL = URL_MARK + 1
const TYPE = URL_MARK + 2
const FIRST_LIFETIME = URL_MARK + DETAILS.length

/** Root object, messages, message, content, part. */
const PART_DEPTH = 5
/** Root object, array of tools, tool. */
const TOOL_DEPTH = 3

/** Fields of a request that a reader of content tells apart, as they are numbered in the scan's plan. */
export type ContentFields = { readonly messages: number; readonly tools: number; readonly cacheOptions: number }

/** Reads a request's content as a scanner passes it. */
export class ContentReader implements Content {
  readonly #body: Buffer
  readonly #fields: ContentFields
  readonly lifetimes: LifetimeTeller
  readonly pictures: { isLow: boolean | undefined }[] = []
  mediaBytes = 0
  hasSound = false
  hasFile = false
  hasServerTool = false
  toolTypes = 0
  /** Where the picture begins that was met last; -1 where it is no object. */
  #pictureAt = -1

  constructor(body: Buffer, fields: ContentFields) {
    this.#body = body
    this.#fields = fields
    this.lifetimes = new LifetimeTeller(body, fields.cacheOptions)
  }

  /** Takes the marks of a scanner that passes the request. */
  markerOf(scanner: JsonScanner): OnMark {
    return (mark, start, end) => this.#note(scanner, mark, { start, end })
  }

  #note(scanner: JsonScanner, mark: number, { start, end }: Span): void {
    if (mark >= FIRST_LIFETIME) {
      this.lifetimes.note(scanner, mark - FIRST_LIFETIME, [start, end])
      return
    }
    if (mark === TYPE) {
      if (scanner.field === this.#fields.tools && scanner.depth === TOOL_DEPTH) this.#noteTool(start, end)
      return
    }
    if (scanner.field !== this.#fields.messages) return
    const isInPicture = scanner.openedAt === this.#pictureAt
    if (mark === URL_MARK) {
      if (isInPicture && end > start) this.#noteAddress(start, end)
    } else if (mark === DETAIL) {
      if (isInPicture) this.#noteDetail(this.#textOf(start, end))
    } else if (mark >= FIRST_FILE) this.hasFile = true
    else if (mark >= FIRST_SOUND) this.hasSound = true
    else {
      const isOfPart = scanner.depth === PART_DEPTH
      this.pictures.push({ isLow: undefined })
      this.#pictureAt = isOfPart && start === end ? start : -1
      if (isOfPart && end > start) this.#noteAddress(start, end)
    }
  }

  #noteTool(start: number, end: number): void {
    if (end > start) this.toolTypes += 1
    this.hasServerTool ||= !CLIENT_TYPES.includes(this.#textOf(start, end))
  }

  #noteAddress(start: number, end: number): void {
    const kind = addressKind(this.#body, start)
    if (kind === 'picture') this.mediaBytes += Math.max(0, end - start - 2)
    else if (kind === 'file') this.hasFile = true
  }

  /** A picture is at low detail when it says so and nothing else. */
  #noteDetail(detail: string): void {
    const last = this.pictures.at(-1)
    if (last !== undefined) last.isLow = last.isLow !== false && detail === '"low"'
  }

  #textOf(start: number, end: number): string {
    return this.#body.toString('latin1', start, Math.min(end, start + 12))
  }
}

/** Types of tools that the client runs, as they are written. */
const CLIENT_TYPES: readonly string[] = ['"function"', '"custom"']

/** Searches that an upstream may run for a call that asked for none: one, as models that always search do. */
const UNASKED_SEARCHES_MAX = 1
/** Searches of a call that asked for them; OpenAI's models run one for each. */
const SEARCHES_MAX = 10
/** Sources that a call with `search_parameters`, a plugin or a tool of the upstream may read: the most that xAI takes in a request. */
const SOURCES_MAX = 50

/** Fields that ask an upstream to search, or to run other things of its own. */
export const SEARCH_FIELDS = ['web_search_options', 'search_parameters', 'plugins', 'enable_search'] as const

/** Those of them that a request has. */
export const searchFieldsIn = (fields: RequestFields): readonly (typeof SEARCH_FIELDS)[number][] =>
  SEARCH_FIELDS.filter((name) => fields.givenSpan(name) !== undefined)

/**
 * How many searches may be billed of a call that has some of these fields. Sources: https://platform.openai.com/docs/guides/tools-web-search (chat completions),
 * https://docs.x.ai/docs/guides/live-search, https://openrouter.ai/docs/features/web-search (2026-11-26).
 */
export function searchesMax(asked: readonly (typeof SEARCH_FIELDS)[number][], { hasServerTool }: Content): number {
  if (hasServerTool) return SOURCES_MAX
  if (asked.length === 0) return UNASKED_SEARCHES_MAX
  return asked.every((name) => name === 'web_search_options') ? SEARCHES_MAX : SOURCES_MAX
}
