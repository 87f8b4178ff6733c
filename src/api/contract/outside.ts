import { z } from '@hono/zod-openapi'
import { time } from './fields.ts'

const issuer = z.string('the id of an issuer').regex(/^[a-z][a-z0-9-]{0,31}$/, 'the id of an issuer')
const aim = z.enum(['sign-in', 'sign-up'], '"sign-in" or "sign-up"')

/** Which issuer somebody goes to, and what for. */
export const errandAsked = z.strictObject({ issuer, aim })

/** Which issuer somebody who is signed in is to be linked with. */
export const linkAsked = z.strictObject({ issuer })

const returned = {
  step: z.string('the "step" of the errand').min(1).max(100),
  code: z.string('the "code" that the browser came back with').min(1).max(4096),
  state: z.string('the "state" that the browser came back with').min(1).max(512),
  iss: z.string('the "iss" that the browser came back with').max(512).optional(),
}

/** What a browser came back with, and what its page kept meanwhile. */
export const errandReturn = z.strictObject({ issuer, aim, ...returned })

/** The same, of somebody who is signed in. */
export const linkReturn = z.strictObject({ issuer, ...returned })

/** Issuers that are offered; `is_proof`: who has no other way in shows by it anew who they are. `company`: teams have issuers of their own. */
export const issuersShown = z.object({
  data: z.array(z.object({ id: z.string(), name: z.string(), is_proof: z.boolean() })),
  company: z.boolean(),
})

/** Where the browser goes, and what the page has to keep until it is back; without that nothing that comes back is taken. */
export const errandShown = z.object({ step: z.string(), url: z.string() })

/** Whom issuers sign in as this person; the name is null for an issuer that is offered no more. */
export const identitiesShown = z.object({
  data: z.array(z.object({ id: z.string(), issuer: z.string(), name: z.string().nullable(), created_at: time })),
})
