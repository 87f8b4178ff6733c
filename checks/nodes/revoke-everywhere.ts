import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../calls.ts'
import { type CheckContext, type Figure, timeLimit } from '../harness/index.ts'
import { quantile } from '../parallel.ts'
import type { Nodes } from './start-nodes.ts'

const KEYS = 10
const REVOKED_MS_MAX = 1_000
const GIVE_UP_MS = 10_000
const POLL_MS = 10

/** Keys that every node knows are revoked through one of them in turn; each node refuses them within a second. */
export async function revokeEverywhere(context: CheckContext, { worlds }: Nodes): Promise<Record<string, Figure>> {
  const millis: number[] = []
  for (let index = 0; index < KEYS; index += 1) {
    const through = worlds[index % worlds.length]
    if (through === undefined) break
    const { key, keyId } = await through.operator.customer()
    const statusAt = async (base: string): Promise<number> => (await call({ base, key, protocol: 'openai' })).status
    for (const { base } of worlds) context.expect((await statusAt(base)) === 200, 'a key of one node is not served by another')
    const began = performance.now()
    const revoked = through.operator.ask('POST', `/keys/${keyId}/revoke`)
    const refused = worlds.map(async ({ base }) => {
      while ((await statusAt(base)) !== 401) {
        if (performance.now() - began > GIVE_UP_MS) return GIVE_UP_MS
        await sleep(POLL_MS)
      }
      return performance.now() - began
    })
    millis.push(...(await Promise.all(refused)))
    await revoked
  }
  const slowest = quantile(millis, 1)
  context.expect(slowest <= timeLimit(context, REVOKED_MS_MAX), `a revoked key was served for ${slowest} ms`)
  return { revoked_ms_p50: quantile(millis, 0.5), revoked_ms_max: slowest }
}
