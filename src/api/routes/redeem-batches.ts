import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { formatUsd } from '../../lib/index.ts'
import { approveBatch, codesOf, disableBatch, listBatches, makeBatch, type RedeemBatch } from '../../payments/index.ts'
import { readAmount } from '../amount.ts'
import { answerOnce, repeatableOf } from '../answer-once.ts'
import {
  errorBody,
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  pageQuery,
  redeemBatchInput,
  redeemBatchMade,
  redeemBatchPage,
  redeemBatchShown,
} from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { mintingOf } from '../minting.ts'
import { requireFreshProof } from '../operator-guard.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'keyring' | 'ids' | 'clock' | 'randomBytes' | 'paymentSettings'>

/** Codes: made in batches, whose list is told once, approved by a second person where they are worth much together, and ended in batches. */
export function redeemBatchRoutes(app: OpenAPIHono<ApiEnv>, dependencies: Dependencies): void {
  const { appDatabase, ids, clock, paymentSettings } = dependencies
  app.openapi(createBatchRoute, async (c) => {
    const { label, amount: text, count, kind, expires_at: expires } = c.req.valid('json')
    const amount = readAmount(text, undefined)
    const isLarge = amount * BigInt(count) > paymentSettings.manual.secondPersonAbove
    if (isLarge) requireFreshProof(c)
    const requestedBy = isLarge ? c.get('operator') : undefined
    const request = await repeatableOf(c)
    const seed = mintingOf(request, dependencies, 'redeem-mint')
    const expiresAt = expires === undefined ? undefined : new Date(expires)
    const made = await answerOnce(appDatabase, request, {
      status: 201,
      schema: redeemBatchShown,
      work: async (tx) =>
        showBatch(await makeBatch(tx, { id: ids.uuid(), label, amount, kind, count, expiresAt, requestedBy, seed, now: clock.now() })),
    })
    return c.json({ ...made, csv: csvOf(codesOf({ seed, count }), made) }, 201)
  })
  app.openapi(listBatchesRoute, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const { batches, next } = await listBatches(appDatabase, { cursor, limit })
    return c.json({ data: batches.map(showBatch), next: next ?? null }, 200)
  })
  app.openapi(approveBatchRoute, async (c) => {
    const approval = { id: c.req.valid('param').id, by: c.get('operator'), now: clock.now() }
    const approved = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: redeemBatchShown,
      work: async (tx) => showBatch(await approveBatch(tx, approval)),
    })
    return c.json(approved, 200)
  })
  app.openapi(disableBatchRoute, async (c) => {
    const id = c.req.valid('param').id
    const ended = await answerOnce(appDatabase, await repeatableOf(c), {
      status: 200,
      schema: redeemBatchShown,
      work: async (tx) => showBatch(await disableBatch(tx, id, clock.now())),
    })
    return c.json(ended, 200)
  })
}

const failures = { default: json(errorBody, 'What went wrong') }

const createBatchRoute = createRoute({
  method: 'post',
  path: '/operator/v1/redeem-batches',
  summary: 'Make codes; they are in this answer and nowhere else',
  request: { headers: idempotencyHeader, body: jsonBody(redeemBatchInput) },
  responses: { 201: json(redeemBatchMade, 'The batch with its codes'), ...failures },
})

const listBatchesRoute = createRoute({
  method: 'get',
  path: '/operator/v1/redeem-batches',
  summary: 'List batches of codes, newest first',
  request: { query: pageQuery },
  responses: { 200: json(redeemBatchPage, 'A page of batches'), ...failures },
})

const approveBatchRoute = createRoute({
  method: 'post',
  path: '/operator/v1/redeem-batches/{id}/approve',
  summary: 'Approve codes that another operator made, so that they work',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(redeemBatchShown, 'The batch as it is now'), ...failures },
})

const disableBatchRoute = createRoute({
  method: 'post',
  path: '/operator/v1/redeem-batches/{id}/disable',
  summary: 'Make the unused codes of a batch void, for good',
  request: { params: idParameter, headers: idempotencyHeader },
  responses: { 200: json(redeemBatchShown, 'The batch as it is now'), ...failures },
})

const showBatch = (batch: RedeemBatch) => ({
  id: batch.id,
  label: batch.label,
  amount: formatUsd(batch.amount),
  count: batch.count,
  kind: batch.kind,
  redeemed: batch.redeemed,
  expires_at: batch.expiresAt?.toISOString() ?? null,
  disabled_at: batch.disabledAt?.toISOString() ?? null,
  requested_by: batch.requestedBy ?? null,
  approved_by: batch.approvedBy ?? null,
  approved_at: batch.approvedAt?.toISOString() ?? null,
  created_at: batch.createdAt.toISOString(),
})

/** The codes as a list; no field has a comma or a quote in it. Source: RFC 4180 (2005-10). */
const csvOf = (
  codes: readonly string[],
  { amount, expires_at: expires }: { readonly amount: string; readonly expires_at: string | null },
): string => ['code,amount_usd,expires_at', ...codes.map((code) => `${code},${amount},${expires ?? ''}`), ''].join('\r\n')
