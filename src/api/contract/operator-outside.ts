import { z } from '@hono/zod-openapi'

const issuer = z.string('the id of an issuer').regex(/^[a-z][a-z0-9-]{0,31}$/, 'the id of an issuer')
const invitation = z.string('the token of an invitation').min(1).max(100)

/** Issuers that operators are offered. */
export const operatorIssuersShown = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) }).openapi('OperatorIssuers')

/** Which issuer somebody goes to: to join with an invitation, to sign in without one. */
export const operatorErrandAsked = z.strictObject({ issuer, invitation: invitation.optional() }).openapi('OperatorErrandAsked')

/** Where the browser goes, and what the page has to keep until it is back. */
export const operatorErrandShown = z.object({ step: z.string(), url: z.string() }).openapi('OperatorErrand')

/** What a browser came back with, and what its page kept meanwhile. */
export const operatorErrandReturn = z
  .strictObject({
    issuer,
    invitation: invitation.optional(),
    step: z.string('the "step" of the errand').min(1).max(100),
    code: z.string('the "code" that the browser came back with').min(1).max(4096),
    state: z.string('the "state" that the browser came back with').min(1).max(512),
    iss: z.string('the "iss" that the browser came back with').max(512).optional(),
  })
  .openapi('OperatorErrandReturn')
