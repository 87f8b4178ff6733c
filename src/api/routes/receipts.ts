import type { Context, Hono } from 'hono'
import { fail } from '../../failures.ts'
import { keysOfEndUser } from '../../keys/index.ts'
import { findReceipt, listDayRoots, listPublicKeys, type ReceiptWanted, type ShownReceipt } from '../../receipts/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { readBefore } from '../read-before.ts'
import { identify } from './own.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock' | 'manage'>

/** Day roots in one answer: nearly three years. */
const ROOTS_MAX = 1_000
/** Receipts are signed about twice a second. */
const SIGNED_SECONDS = 1

/** The caller's own receipts, and what anybody checks one with: public keys and day roots. */
export function receiptRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, clock } = dependencies
  app.get('/v1/receipts/:id', async (c) => c.json(await ownReceipt(c, dependencies)))
  app.get('/.well-known/jwks.json', async (c) => c.json({ keys: await listPublicKeys(appDatabase, clock.now()) }))
  app.get('/.well-known/day-roots', async (c) => {
    const before = readBefore(c)
    const data = await listDayRoots(appDatabase, { before, limit: ROOTS_MAX })
    return c.json({ data, next: data.length < ROOTS_MAX ? null : (data.at(-1)?.day ?? null) })
  })
}

async function ownReceipt(c: Context<ApiEnv>, dependencies: Dependencies): Promise<ShownReceipt> {
  const { accountId, keyId } = await identify(c, dependencies)
  // Whom the account gave a key as its end user reads of their own calls alone.
  const keyIds = await keysOfEndUser(dependencies.appDatabase, keyId)
  return await readReceipt(dependencies, { requestId: c.req.param('id') ?? '', accountId, keyIds })
}

/** A receipt of an account, or of some of its keys. Fails with receipt_unsigned, receipt_unknown. */
export async function readReceipt({ appDatabase, clock }: Dependencies, which: Omit<ReceiptWanted, 'now'>): Promise<ShownReceipt> {
  const found = await findReceipt(appDatabase, { ...which, now: clock.now() })
  if (found === 'unsigned') fail('receipt_unsigned', { seconds: SIGNED_SECONDS })
  return found === 'unknown' ? fail('receipt_unknown') : found
}
