/** A part of a provider's API that cannot be offered, as what it does is to store content. */
export type StoringSurface = {
  /** The path of it, and of all that lies below. */
  readonly path: string
  /** Whose it is, so that its clients can read the error; where several have the same path, headers tell them apart. */
  readonly of: readonly ('openai-chat' | 'anthropic-messages' | 'gemini')[]
  /** What to do instead. */
  readonly instead: string
}

const WHOLE_CONVERSATION = 'Keep the conversation yourself and send it whole.'
const INLINE = 'Send the content inside the request.'
const ONE_BY_ONE = 'Make the calls one by one.'
const OWN_ACCOUNT = 'Use your own account at the provider for it.'
const OPENAI = ['openai-chat'] as const
const BOTH = ['openai-chat', 'anthropic-messages'] as const
const ALL = ['openai-chat', 'anthropic-messages', 'gemini'] as const
const GEMINI = ['gemini'] as const
const WHOLE_CONTENTS = 'Keep the conversation yourself and send it whole to /v1beta/models/MODEL:generateContent.'

/**
 * Sources: https://platform.openai.com/docs/api-reference, https://platform.claude.com/docs/en/api/overview,
 * https://ai.google.dev/api/all-methods (2026-11-26). Gemini's lie under v1 as well, where @google/genai 3 asks for them. docs/surfaces.md
 * lists exactly these.
 */
export const STORING_SURFACES: readonly StoringSurface[] = [
  { path: '/v1/responses', of: OPENAI, instead: 'Responses are not kept. Keep what you need of an answer when it comes.' },
  { path: '/v1/conversations', of: OPENAI, instead: WHOLE_CONVERSATION },
  { path: '/v1/threads', of: OPENAI, instead: WHOLE_CONVERSATION },
  { path: '/v1/assistants', of: OPENAI, instead: WHOLE_CONVERSATION },
  { path: '/v1/files', of: ALL, instead: INLINE },
  { path: '/v1/uploads', of: OPENAI, instead: INLINE },
  { path: '/v1/vector_stores', of: OPENAI, instead: INLINE },
  { path: '/v1/containers', of: OPENAI, instead: INLINE },
  { path: '/v1/skills', of: BOTH, instead: INLINE },
  { path: '/v1/batches', of: ['openai-chat', 'gemini'], instead: ONE_BY_ONE },
  { path: '/v1/messages/batches', of: ['anthropic-messages'], instead: ONE_BY_ONE },
  { path: '/v1/videos', of: OPENAI, instead: OWN_ACCOUNT },
  { path: '/v1/fine_tuning', of: OPENAI, instead: OWN_ACCOUNT },
  { path: '/v1/evals', of: OPENAI, instead: OWN_ACCOUNT },
  { path: '/upload/v1/files', of: GEMINI, instead: INLINE },
  { path: '/v1/cachedContents', of: GEMINI, instead: INLINE },
  { path: '/v1/fileSearchStores', of: GEMINI, instead: INLINE },
  { path: '/v1/tunedModels', of: GEMINI, instead: OWN_ACCOUNT },
  { path: '/v1/interactions', of: GEMINI, instead: WHOLE_CONTENTS },
  { path: '/v1beta/interactions', of: GEMINI, instead: WHOLE_CONTENTS },
  { path: '/v1beta/files', of: GEMINI, instead: INLINE },
  { path: '/upload/v1beta/files', of: GEMINI, instead: INLINE },
  { path: '/v1beta/cachedContents', of: GEMINI, instead: INLINE },
  { path: '/v1beta/fileSearchStores', of: GEMINI, instead: INLINE },
  { path: '/v1beta/corpora', of: GEMINI, instead: INLINE },
  { path: '/v1beta/batches', of: GEMINI, instead: ONE_BY_ONE },
  { path: '/v1beta/tunedModels', of: GEMINI, instead: OWN_ACCOUNT },
]

/** What has a model answer later; the answers lie at the provider until they are fetched. */
const LATER = /^(\/v1(?:beta)?)\/models\/.{1,768}:(?:batchGenerateContent|asyncBatchEmbedContent)$/

/** Makes a conversation shorter and keeps nothing; there is just nobody here who does it. */
const STORES_NOTHING = '/v1/responses/compact'

/** The surface that a path belongs to, also under the prefixes at which calls are taken; undefined for other paths. */
export function storingSurfaceAt(path: string): StoringSurface | undefined {
  const plain = path.replace(/^\/(?:api\/proxy|anthropic)(?=\/)/, '')
  const versioned = plain === path || /^\/(?:v1|v1beta|upload)\//.test(plain) ? plain : `/v1${plain}`
  if (versioned === STORES_NOTHING) return undefined
  const later = LATER.exec(versioned)?.[1]
  if (later !== undefined) return { path: `${later}/batches`, of: GEMINI, instead: ONE_BY_ONE }
  return STORING_SURFACES.find((surface) => versioned === surface.path || versioned.startsWith(`${surface.path}/`))
}
