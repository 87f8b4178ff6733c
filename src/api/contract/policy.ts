import { z } from '@hono/zod-openapi'
import { DATA_FORMATS } from '../../privacy/index.ts'

/** Forms that the privacy policy, and what is made of the same inventory, can be had in. */
export const POLICY_FORMATS = ['html', 'md', ...DATA_FORMATS] as const
export type PolicyFormat = (typeof POLICY_FORMATS)[number]

/** What is asked for. */
export const policyQuery = z.object({ format: z.enum(POLICY_FORMATS).prefault('md') })

/** One of these forms, as a text. */
export const policyShown = z.object({ format: z.enum(POLICY_FORMATS), text: z.string() })
