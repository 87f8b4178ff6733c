import type { FuzzTarget } from '../target.ts'

/** Each target by the name of its corpus. */
export const TARGETS = {
  sse: async () => (await import('./sse.ts')).sseTarget,
  json: async () => (await import('./json.ts')).jsonTarget,
  raw: async () => (await import('./raw.ts')).rawTarget,
  usage: async () => (await import('./usage.ts')).usageTarget,
  webhooks: async () => (await import('./webhooks.ts')).webhooksTarget,
  'evm-logs': async () => (await import('./evm-logs.ts')).evmLogsTarget,
  config: async () => (await import('./config.ts')).configTarget,
} as const satisfies Readonly<Record<string, () => Promise<FuzzTarget>>>

/** The name of a target. */
export type TargetName = keyof typeof TARGETS

/** Whether something names a target. */
export const isTargetName = (name: unknown): name is TargetName => typeof name === 'string' && Object.hasOwn(TARGETS, name)
