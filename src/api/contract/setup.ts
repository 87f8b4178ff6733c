import { z } from '@hono/zod-openapi'
import { SETUP_STEPS } from '../../catalog/index.ts'
import { TRIAL_PROBLEMS } from '../../trials/index.ts'
import { time, usd } from './fields.ts'

const STATE_EXPECTED = 'one of open, done, skipped'

/** How far a step of the set-up is. */
export const setupStepInput = z.strictObject({ state: z.enum(['open', 'done', 'skipped'], STATE_EXPECTED) }).openapi('SetupStepInput')

/** A step in a path. */
export const setupStepParameter = z.object({ step: z.enum(SETUP_STEPS, `one of ${SETUP_STEPS.join(', ')}`) })

/** Ways to be paid, by what they are called in farebox.yaml; cards and coins are there when what each needs is configured. */
export const RAILS = ['stripe', 'usdc', 'btcpay', 'x402'] as const

/** How far the house is set up, and what it is configured with now; `lacks` are settings by name. */
export const setupShown = z
  .object({
    steps: z.array(z.object({ step: z.enum(SETUP_STEPS), state: z.enum(['open', 'done', 'skipped']), at: time.nullable() })),
    config_file: z.string().nullable().openapi({ description: 'the name of the configuration file; null where there is none' }),
    name: z.object({ name: z.string(), service: z.string(), accent: z.string().nullable(), has_logo: z.boolean() }),
    upstreams: z.array(
      z.object({ id: z.string(), name: z.string(), kind: z.string(), base_url: z.string(), variable: z.string(), is_set: z.boolean() }),
    ),
    rails: z.array(z.object({ rail: z.enum(RAILS), is_on: z.boolean(), lacks: z.array(z.string()) })),
    policy: z.object({ profile: z.string(), operator: z.string().nullable(), contacts: z.int(), lacks: z.array(z.string()) }),
    has_callers: z.boolean().openapi({ description: 'whether any account has called yet' }),
  })
  .openapi('Setup')

/** Which model of an upstream is tried; without one that whose route costs least. */
export const trialInput = z.strictObject({ model: z.string().min(1).max(80).optional() }).openapi('TrialInput')

/** What came of one smallest call; `cost` is null where it is not known, `problem` where there was none. */
export const trialShown = z
  .object({
    model: z.string(),
    upstream_model: z.string(),
    ok: z.boolean(),
    problem: z.enum(TRIAL_PROBLEMS).nullable(),
    status: z.int().nullable(),
    latency_ms: z.int(),
    input_tokens: z.int().nullable(),
    output_tokens: z.int().nullable(),
    cost: usd.nullable(),
  })
  .openapi('Trial')
