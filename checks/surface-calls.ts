import type { ProtocolId } from '../src/protocols/index.ts'

/** A request as it is sent. */
export type WrittenRequest = { readonly contentType: string; readonly body: Buffer }

/** How a surface is asked. `model` undefined leaves it out, two of them name it twice; `text` stands in all that a customer can write. */
export type SurfaceCall = {
  /** Whether it means a model of its own where none is named. */
  readonly hasOwnModel: boolean
  readonly isFree: boolean
  /** Whether we answer it ourselves. */
  readonly isOurs?: boolean
  readonly canStream: boolean
  readonly write: (asked: { readonly models: readonly string[]; readonly text: string; readonly isStream?: boolean }) => WrittenRequest
}

type Surface = Exclude<ProtocolId, 'openai-chat' | 'openai-responses' | 'anthropic-messages' | `gemini${string}`>

/** Every surface that is neither a chat, a response nor messages. */
export const SURFACE_CALLS: Readonly<Record<Surface, SurfaceCall>> = {
  'anthropic-count-tokens': json((text) => ({ messages: [{ role: 'user', content: text }] }), { isFree: true }),
  'openai-responses-count': json((text) => ({ input: text, instructions: text }), { isFree: true, isOurs: true }),
  'openai-embeddings': json((text) => ({ input: [text, text] })),
  'openai-completions': json((text) => ({ prompt: text, suffix: text, max_tokens: 20 }), { canStream: true }),
  'openai-moderations': json((text) => ({ input: text }), { hasOwnModel: true }),
  'openai-images': json((text) => ({ prompt: text, user: text }), { hasOwnModel: true, canStream: true }),
  'openai-image-edits': form((text) => ({ prompt: text, size: 'auto' }), { canStream: true }),
  'openai-image-variations': form(() => ({ size: 'auto' }), { canStream: true }),
  'openai-speech': json((text) => ({ input: text, instructions: text, voice: 'alloy' })),
  'openai-transcriptions': form((text) => ({ prompt: text, language: 'en' }), { canStream: true }),
  'openai-audio-translations': form((text) => ({ prompt: text })),
}

type More = Partial<Omit<SurfaceCall, 'write'>>

function json(fieldsOf: (text: string) => Readonly<Record<string, unknown>>, more: More = {}): SurfaceCall {
  return {
    ...{ hasOwnModel: false, isFree: false, canStream: false, ...more },
    write: ({ models, text, isStream = false }) => {
      const rest = JSON.stringify({ ...fieldsOf(text), ...(isStream ? { stream: true } : {}) }).slice(1)
      const named = models.map((model) => `"model":${JSON.stringify(model)},`).join('')
      return { contentType: 'application/json', body: Buffer.from(`{${named}${rest}`) }
    },
  }
}

const BOUNDARY = 'x-surface-call-x'
/** Bytes of a file: no real sound or picture. */
const FILE_BYTES = 20_000

/** A form whose file stands between its fields, named and filled with the text. */
function form(fieldsOf: (text: string) => Readonly<Record<string, string>>, more: More = {}): SurfaceCall {
  return {
    ...{ hasOwnModel: false, isFree: false, canStream: false, ...more },
    write: ({ models, text, isStream = false }) => {
      const fields = [...Object.entries(fieldsOf(text)), ...(isStream ? [['stream', 'true'] as const] : [])]
      const file = Buffer.concat([Buffer.from(text), Buffer.alloc(FILE_BYTES, 7)])
      const parts = [
        ...fields.map(([name, value]) => part(`name="${name}"`, Buffer.from(value))),
        part(`name="file"; filename="${text.replace(/[^\w]/g, '')}.mp3"`, file),
        ...models.map((model) => part('name="model"', Buffer.from(model))),
      ]
      const body = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])
      return { contentType: `multipart/form-data; boundary=${BOUNDARY}`, body }
    },
  }
}

const part = (parameters: string, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${parameters}\r\n\r\n`), content, Buffer.from('\r\n')])

/** How a protocol's surface is asked; undefined for chats, responses and messages. */
export const surfaceCallOf = (id: ProtocolId): SurfaceCall | undefined => (SURFACE_CALLS as Partial<Record<ProtocolId, SurfaceCall>>)[id]
