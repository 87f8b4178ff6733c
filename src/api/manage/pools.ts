import { createHash } from 'node:crypto'
import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { fail } from '../../failures.ts'
import { formatUsd, parseUsd } from '../../lib/index.ts'
import { answerAgain } from '../answer-again.ts'
import {
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  offeredPoolShown,
  seatsInput,
  seatsShown,
  tell,
} from '../contract/index.ts'
import type { OfferedPool, OwnSubscription, PoolShop } from '../ports/index.ts'
import { accountOf, type ManageApp, type ManageDependencies, repeatOf } from './manage-env.ts'

/** Pools and their seats: shown to anybody, sold to accounts. */
export function poolRoutes(app: ManageApp, dependencies: ManageDependencies): void {
  const { appDatabase: database, ids, manage } = dependencies
  const listAll = async () => (await manage.pools?.list()) ?? []
  const find = async (name: string): Promise<OfferedPool> =>
    (await listAll()).find(({ id, slug }) => id === name || slug === name) ?? fail('pool_unknown')
  app.openapi(listRoute, async (c) => answerTagged(c, tell((await listAll()).map(showPool))))
  app.openapi(getRoute, async (c) => answerTagged(c, tell(showPool(await find(c.req.valid('param').id)))))
  app.openapi(subscribeRoute, async (c) => {
    const shop: PoolShop = manage.pools ?? fail('not_offered', { what: 'Seats in pools' })
    const { id: poolId } = await find(c.req.valid('param').id)
    const { price, ...wanted } = c.req.valid('json')
    const order = { ...wanted, accountId: accountOf(c), poolId, seenPrice: price === undefined ? undefined : parseUsd(price) }
    const bought = await answerAgain({ database, newId: () => ids.uuid() }, await repeatOf(c), {
      schema: seatsShown,
      work: async (orderId) => ({ seats: (await shop.subscribe({ ...order, orderId })).map(showSeat) }),
    })
    return c.json(tell(bought), 201)
  })
}

const failures = { default: json(managedError, 'What went wrong') }
const unchanged = { description: 'It is as If-None-Match says' }

const listRoute = createRoute({
  method: 'get',
  path: '/api/pools',
  security: [],
  summary: 'List pools with the seats that are free in each block',
  responses: { 200: json(managed(z.array(offeredPoolShown)), 'The pools; none where seats are not sold'), 304: unchanged, ...failures },
})

const getRoute = createRoute({
  method: 'get',
  path: '/api/pools/{id}',
  security: [],
  summary: 'Show a pool by its id or slug',
  request: { params: idParameter },
  responses: { 200: json(managed(offeredPoolShown), 'The pool'), 304: unchanged, ...failures },
})

const subscribeRoute = createRoute({
  method: 'post',
  path: '/api/pools/{id}/subscribe',
  summary: 'Buy seats of the balance, all that are asked for or none; none where they cost another price than was seen',
  request: { params: idParameter, headers: idempotencyHeader, body: jsonBody(seatsInput) },
  responses: { 201: json(managed(seatsShown), 'The seats'), ...failures },
})

/** Answers with a strong tag over what is told, and with nothing else to whoever has it. Source: RFC 9110 §8.8.3 and §13.1.2 (2022-06). */
function answerTagged<Data extends object>(c: Context, data: Data) {
  const tag = `"${createHash('sha256').update(JSON.stringify(data)).digest('base64url').slice(0, 27)}"`
  c.header('etag', tag)
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return known.includes(tag) || known.includes('*') ? c.body(null, 304) : c.json(data, 200)
}

/** A pool as anybody sees it. */
export const showPool = (pool: OfferedPool) => ({
  id: pool.id,
  slug: pool.slug,
  description: pool.description,
  models: [...pool.models],
  status: pool.status,
  totalSlots: pool.totalSlots,
  annualDiscount: shareText(pool.annualDiscount),
  blocks: pool.blocks.map((block) => ({ ...block, pricePerMonth: formatUsd(block.pricePerMonth) })),
})

/** Hundredths of a percent as a decimal share: 1500 is "0.15". */
const shareText = (points: number): string => (points === 0 ? '0' : `0.${String(points).padStart(4, '0').replace(/0+$/, '')}`)

const showSeat = (seat: OwnSubscription) => ({
  subscriptionId: seat.id,
  poolSlug: 'poolSlug' in seat.of ? seat.of.poolSlug : '',
  block: 'block' in seat.of ? seat.of.block : '',
  status: seat.status,
  currentPeriodEnd: seat.currentPeriodEnd?.toISOString() ?? null,
})
