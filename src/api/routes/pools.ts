import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import {
  deletePool,
  findPoolId,
  getPool,
  listPools,
  listSeats,
  type PoolView,
  putPool,
  type WantedBlock,
  type WantedPool,
} from '../../plans/index.ts'
import { minuteOf, USUAL_BLOCKS } from '../../spec/index.ts'
import { readAmount } from '../amount.ts'
import { errorBody, json, jsonBody, poolInput, poolList, poolParameter, poolShown, seatList } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'

/** Pools and who has their seats. */
export function poolRoutes(app: OpenAPIHono<ApiEnv>, { appDatabase, plans }: Pick<ApiDependencies, 'appDatabase' | 'plans'>): void {
  app.openapi(listRoute, async (c) => c.json({ data: (await listPools(plans)).pools.map(showPool) }, 200))
  app.openapi(getRoute, async (c) => c.json(showPool(await getPool(plans, c.req.valid('param').id)), 200))
  app.openapi(putRoute, async (c) => {
    const id = await putPool(plans, wantedOf(c.req.valid('param').id, c.req.valid('json')))
    return c.json(showPool(await getPool(plans, id)), 200)
  })
  app.openapi(deleteRoute, async (c) => {
    await deletePool(plans, c.req.valid('param').id)
    return c.body(null, 204)
  })
  app.openapi(seatsRoute, async (c) => {
    const poolId = await findPoolId(appDatabase, c.req.valid('param').id)
    return c.json({ data: [...(await listSeats(appDatabase, poolId))] }, 200)
  })
}

const wantedOf = (slug: string, sent: z.output<typeof poolInput>): WantedPool => ({
  ...{ slug, description: sent.description, models: sent.models },
  annualDiscount: Number(sent.annual_discount.slice(2).padEnd(4, '0')),
  blocks: sent.blocks.map(blockOf),
})

function blockOf({ block, hours_utc: hours, seats, price_per_month: price }: z.output<typeof poolInput>['blocks'][number]): WantedBlock {
  const times = hours === undefined ? USUAL_BLOCKS[block] : { fromMinute: minuteOf(hours.slice(0, 5)), toMinute: minuteOf(hours.slice(6)) }
  return { block, ...times, seats, price: readAmount(price, undefined) }
}

const failures = { default: json(errorBody, 'What went wrong') }
const path = '/operator/v1/pools/{id}'

const listRoute = createRoute({
  method: 'get',
  path: '/operator/v1/pools',
  summary: 'List pools in use',
  responses: { 200: json(poolList, 'All of them'), ...failures },
})

const getRoute = createRoute({
  method: 'get',
  path,
  summary: 'Show a pool',
  request: { params: poolParameter },
  responses: { 200: json(poolShown, 'The pool'), ...failures },
})

const putRoute = createRoute({
  method: 'put',
  path,
  summary: 'Add or replace a pool; who has a seat keeps it and its price',
  request: { params: poolParameter, body: jsonBody(poolInput) },
  responses: { 200: json(poolShown, 'The pool as it is now'), ...failures },
})

const deleteRoute = createRoute({
  method: 'delete',
  path,
  summary: 'Put a pool of which nobody has a seat out of use',
  request: { params: poolParameter },
  responses: { 204: { description: 'It is out of use' }, ...failures },
})

const seatsRoute = createRoute({
  method: 'get',
  path: '/operator/v1/pools/{id}/seats',
  summary: 'List who has seats of a pool',
  request: { params: poolParameter },
  responses: { 200: json(seatList, 'All of them'), ...failures },
})

const showPool = ({ id, slug, description, models, status, totalSlots, annualDiscount, blocks }: PoolView) => ({
  ...{ id, slug, description, models: [...models], status, total_seats: totalSlots, annual_discount: annualDiscount },
  blocks: blocks.map(({ block, hoursUtc, pricePerMonth, availableSeats, seats, status: sold }) => ({
    ...{ block, hours_utc: hoursUtc, price_per_month: pricePerMonth, available_seats: availableSeats, seats, status: sold },
  })),
})
