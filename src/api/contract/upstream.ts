import { z } from '@hono/zod-openapi'

/** An upstream as it is sent: the fields of farebox.yaml without the id. The catalogue checks them and names what is not right. */
export const upstreamInput = z.record(z.string(), z.unknown()).openapi('UpstreamInput', {
  type: 'object',
  description: 'kind, base_url, api_key, admin_key, api_version, placement, privacy and protocols as in farebox.yaml',
})

/** An upstream as the operator sees it; of its keys, only that there are. */
export const upstreamShown = z
  .object({
    id: z.string(),
    kind: z.string(),
    base_url: z.string(),
    has_key: z.boolean(),
    has_admin_key: z.boolean(),
    api_version: z.string().nullable(),
    placement: z.string(),
    privacy: z.object({
      retention: z.string().optional(),
      training: z.enum(['yes', 'no']).optional(),
      country: z.string().optional(),
      evidence: z.string().optional(),
      checked: z.string().optional(),
    }),
    protocols: z.array(z.string()).nullable().openapi({ description: 'What it speaks; null: what its kind does' }),
    source: z.string(),
  })
  .openapi('Upstream')
