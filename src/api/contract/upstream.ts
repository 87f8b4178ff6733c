import { z } from '@hono/zod-openapi'
import { LABEL_PARTS } from '../../privacy/index.ts'
import { BREAKER_STATES, TROUBLES } from '../../spec/index.ts'
import { time } from './fields.ts'

/** An upstream as it is sent: the fields of farebox.yaml without the id. The catalogue checks them and names what is not right. */
export const upstreamInput = z.record(z.string(), z.unknown()).openapi('UpstreamInput', {
  type: 'object',
  description:
    'kind, base_url, api_key, api_keys, admin_key, api_version, max_concurrency, placement, privacy, protocols and fetch_urls as in farebox.yaml',
})

const partHealth = {
  state: z.enum(BREAKER_STATES),
  in_flight: z.int(),
  last_trouble: z.enum(TROUBLES),
  open_until: time.nullable(),
}

/** How an upstream does, with its routes and keys, over all gateways of this node; a key is its place in the pool. */
export const upstreamHealthShown = z
  .object({
    ...partHealth,
    routes: z.array(
      z.object({
        model: z.string(),
        upstream_model: z.string(),
        ...partHealth,
        latency_ms: z.int(),
        attempts: z.int(),
        failures: z.int(),
        other_models: z.int(),
      }),
    ),
    keys: z.array(z.object({ key: z.int(), ...partHealth })),
  })
  .openapi('UpstreamHealth')

/** Why no call goes to a provider yet: what of its label is worse than what customers were told, or nothing when it is new, and until when. */
export const holdShown = z
  .object({
    provider: z.string(),
    worse: z.array(z.enum(LABEL_PARTS)),
    version: z.int().nullable(),
    until: time.nullable().openapi({ description: 'When the version that lists it takes effect; null: not announced yet' }),
  })
  .openapi('Hold')

/** An upstream as the operator sees it; of its keys, only that there are. */
export const upstreamShown = z
  .object({
    id: z.string(),
    kind: z.string(),
    base_url: z.string(),
    has_key: z.boolean(),
    has_key_pool: z.boolean(),
    has_admin_key: z.boolean(),
    api_version: z.string().nullable(),
    max_concurrency: z.int().nullable(),
    placement: z.string(),
    privacy: z.object({
      retention: z.string().optional(),
      training: z.enum(['yes', 'no']).optional(),
      country: z.string().optional(),
      evidence: z.string().optional(),
      checked: z.string().optional(),
    }),
    protocols: z.array(z.string()).nullable().openapi({ description: 'What it speaks; null: what its kind does' }),
    fetch_urls: z.boolean().openapi({ description: 'Whether what addresses in requests lead to is fetched for it' }),
    source: z.string(),
    health: upstreamHealthShown.nullable(),
    held: holdShown.nullable(),
  })
  .openapi('Upstream')
