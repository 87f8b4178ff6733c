/** Upstreams that a provider key in the environment brings with it, one file each; never reads a key, calls nobody. */
import { anthropic } from './anthropic.ts'
import { ark } from './ark.ts'
import { dashscope } from './dashscope.ts'
import { deepseek } from './deepseek.ts'
import { fireworks } from './fireworks.ts'
import { gemini } from './gemini.ts'
import { groq } from './groq.ts'
import type { KnownUpstream } from './known-upstream.ts'
import { minimax } from './minimax.ts'
import { mistral } from './mistral.ts'
import { moonshot } from './moonshot.ts'
import { openai } from './openai.ts'
import { openrouter } from './openrouter.ts'
import { together } from './together.ts'
import { xai } from './xai.ts'
import { zai } from './zai.ts'
import { zhipu } from './zhipu.ts'

export type { KnownModel, KnownUpstream } from './known-upstream.ts'

/** One row per provider; published prices as of the date in its file. A model whose prices two public lists tell differently is left out. */
export const KNOWN_UPSTREAMS: readonly KnownUpstream[] = [
  openai,
  anthropic,
  gemini,
  deepseek,
  ark,
  xai,
  mistral,
  groq,
  openrouter,
  together,
  fireworks,
  dashscope,
  moonshot,
  zai,
  zhipu,
  minimax,
]
