import type { FuzzTarget } from '../target.ts'

/** Each target by the name of its corpus. */
export const TARGETS = {
  sse: async () => (await import('./sse.ts')).sseTarget,
  json: async () => (await import('./json.ts')).jsonTarget,
  raw: async () => (await import('./raw.ts')).rawTarget,
} as const satisfies Readonly<Record<string, () => Promise<FuzzTarget>>>

/** The name of a target. */
export type TargetName = keyof typeof TARGETS

/** Whether something names a target. */
export const isTargetName = (name: unknown): name is TargetName => typeof name === 'string' && Object.hasOwn(TARGETS, name)
