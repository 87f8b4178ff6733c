import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import { findPublishedPrice, listPublishedPrices } from '../../catalog/index.ts'
import { fail } from '../../failures.ts'
import type { PublishedPrice, pricePage } from '../contract/index.ts'
import type { ApiDependencies, ApiEnv } from '../dependencies.ts'
import { showPrice } from '../prices.ts'

type Dependencies = Pick<ApiDependencies, 'appDatabase' | 'clock'>

const VERSIONS_MAX = 500

/** The price list, for anybody and without a key: a bill can be recomputed by what was asked in public. A price is told from when it holds. */
export function publicPriceRoutes(app: Hono<ApiEnv>, dependencies: Dependencies): void {
  app.get('/v1/prices', async (c) => c.json(await readList(dependencies, readAfter(c))))
  app.get('/v1/prices/:version', async (c) => c.json(await readVersion(dependencies, c.req.param('version'))))
}

async function readList({ appDatabase, clock }: Dependencies, after: number): Promise<z.output<typeof pricePage>> {
  const found = await listPublishedPrices(appDatabase, { after, now: clock.now(), limit: VERSIONS_MAX })
  return { data: found.map(showPrice), next: found.length < VERSIONS_MAX ? null : (found.at(-1)?.version ?? null) }
}

async function readVersion({ appDatabase, clock }: Dependencies, text: string): Promise<PublishedPrice> {
  return showPrice(await findPublishedPrice(appDatabase, readNumber(text) ?? fail('price_unknown'), clock.now()))
}

/** The `next` of the page before. */
const readAfter = (c: Context<ApiEnv>): number =>
  readNumber(c.req.query('after') ?? '0') ?? fail('invalid_field', { field: 'after', expected: 'the "next" of the page before' })

const readNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)
