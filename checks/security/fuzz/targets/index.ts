/** What is fuzzed, a file for each: how its inputs are made, and the rules that hold whatever they are; knows nothing of threads. */
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

/** Targets with faults, by which it is seen that faults are found. */
export const PLANTED = {
  throwing: async () => (await import('./planted.ts')).throwing,
  hanging: async () => (await import('./planted.ts')).hanging,
  swelling: async () => (await import('./planted.ts')).swelling,
} as const satisfies Readonly<Record<string, () => Promise<FuzzTarget>>>

/** The name of a target. */
export type TargetName = keyof typeof TARGETS
/** The same, or one with a fault. */
export type AnyTargetName = TargetName | keyof typeof PLANTED

/** Whether something names a target. */
export const isTargetName = (name: unknown): name is TargetName => typeof name === 'string' && Object.hasOwn(TARGETS, name)

/** A target, or one with a fault. */
export const openTarget = (name: AnyTargetName): Promise<FuzzTarget> => ({ ...TARGETS, ...PLANTED })[name]()
