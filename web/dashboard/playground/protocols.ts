import { imageEdits, images, imageVariations } from './picture-protocols.ts'
import type { PlaygroundProtocol } from './protocol.ts'
import { audioTranslations, speech, transcriptions } from './sound-protocols.ts'
import { chat, completions, gemini, messages, responses } from './text-protocols.ts'
import { embeddings, geminiEmbeddings, moderations } from './vector-protocols.ts'

/** The protocols of the playground, by the name that an address has for them. A realtime session is a conversation and stands beside them. */
export const PLAYGROUND_PROTOCOLS = {
  ...{ chat, responses, messages, gemini, completions },
  ...{ embeddings, 'gemini-embeddings': geminiEmbeddings, moderations },
  ...{ images, 'image-edits': imageEdits, 'image-variations': imageVariations },
  ...{ speech, transcriptions, translations: audioTranslations },
} as const satisfies Readonly<Record<string, PlaygroundProtocol>>
export type ProtocolName = keyof typeof PLAYGROUND_PROTOCOLS | 'realtime'

/** What somebody may want of a model: the protocols for it, and classes of which a price has one where a model was made for it. */
export const TASKS = {
  text: { protocols: ['chat', 'responses', 'messages', 'gemini', 'completions'], pricedBy: [] },
  vectors: { protocols: ['embeddings', 'gemini-embeddings'], pricedBy: ['embedding'] },
  rating: { protocols: ['moderations'], pricedBy: ['calls'] },
  pictures: { protocols: ['images', 'image-edits', 'image-variations'], pricedBy: ['images', 'image_output', 'image_input'] },
  sound: {
    protocols: ['speech', 'transcriptions', 'translations'],
    pricedBy: ['characters', 'audio_seconds', 'audio_input', 'audio_output'],
  },
  realtime: { protocols: ['realtime'], pricedBy: ['audio_output'] },
} as const satisfies Readonly<Record<string, { readonly protocols: readonly ProtocolName[]; readonly pricedBy: readonly string[] }>>
export type TaskName = keyof typeof TASKS

/** The task that a protocol is for. */
export const taskOf = (name: ProtocolName): TaskName =>
  (Object.keys(TASKS) as TaskName[]).find((task) => (TASKS[task].protocols as readonly ProtocolName[]).includes(name)) ?? 'text'
