import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyCatalog, type Sealing } from '../catalog/index.ts'
import { type Database, sql } from '../db/index.ts'
import { createKey, findKeyByHash, hashKey, isWellFormedKey } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Ids, NanoUsd } from '../lib/index.ts'
import type { SubjectKeys } from '../privacy/index.ts'
import { flatPrice } from '../spec/index.ts'

/** What the first try needs: an upstream that costs nothing, and an account with a key to call it. */
export type DemoOptions = {
  readonly appDatabase: Database
  readonly ledger: Ledger
  readonly ids: Ids
  readonly subjects: SubjectKeys
  readonly dataDir: string
  readonly random: Buffer
  readonly now: number
}

const DEMO_CREDIT: NanoUsd = 5_000_000_000n
const SANDBOX_PRICE = flatPrice({ input: 1_000_000_000n, output: 2_000_000_000n })

/** Whether no upstream but the sandbox is configured. */
export async function needsSandbox(appDatabase: Database): Promise<boolean> {
  const rows = await appDatabase.query(sql`select 1 from upstream where is_active and source <> 'sandbox' limit 1`)
  return rows.length === 0
}

/** Puts the sandbox at this port in the catalogue, or takes it out when `port` is undefined. */
export async function applySandbox(appDatabase: Database, sealing: Sealing, port: number | undefined): Promise<void> {
  if (port === undefined) {
    await applyCatalog(appDatabase, { upstreams: [], models: [] }, { source: 'sandbox', sealing })
    return
  }
  const privacy = { retention: 'none', training: 'no', country: 'local' } as const
  const upstreams = [
    { id: 'sandbox', kind: 'openai-compatible', baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: undefined, placement: 'local', privacy },
    { id: 'sandbox-anthropic', kind: 'anthropic', baseUrl: `http://127.0.0.1:${port}`, apiKey: undefined, placement: 'local', privacy },
  ] as const
  const routes = upstreams.map(({ id }) => ({ upstream: id, model: 'sandbox/echo', priority: 1, cost: {} }))
  const model = { id: 'sandbox/echo', context: 128_000, outputMax: 4096, price: SANDBOX_PRICE, routes }
  await applyCatalog(appDatabase, { upstreams, models: [model] }, { source: 'sandbox', sealing })
}

/** The key of the demo account, made with its account at the first start; kept in a private file, as it spends only simulated money. */
export async function openDemoKey(options: DemoOptions): Promise<string> {
  const { appDatabase, dataDir, ids, ledger, subjects } = options
  const path = join(dataDir, 'demo-key')
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
  if (isWellFormedKey(kept) && (await findKeyByHash(appDatabase, hashKey(kept))) !== undefined) return kept
  const accountId = ids.uuid()
  await subjects.create(accountId)
  await appDatabase.query(sql`insert into account (id, is_keyed) values (${accountId}::uuid, true)`)
  await ledger.openAccount(accountId)
  const reason = 'credit of the demo account, for simulated calls'
  await ledger.credit({ accountId, amount: DEMO_CREDIT, kind: 'promotion', sourceKey: `demo:${accountId}`, reason })
  const unlimited = { requestsPerMinute: undefined, tokensPerMinute: undefined, concurrentCalls: undefined }
  const { secret } = await createKey(appDatabase, subjects, {
    ...{ id: ids.uuid(), accountId, name: 'demo', limits: unlimited, models: ['sandbox/echo'], expiresAt: undefined },
    random: options.random,
    now: options.now,
  })
  writeFileSync(path, `${secret}\n`, { mode: 0o600 })
  return secret
}
