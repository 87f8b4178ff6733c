import { z } from '@hono/zod-openapi'
import { time } from './fields.ts'

const issuer = z.string('the id of an issuer').regex(/^[a-z][a-z0-9-]{0,31}$/, 'the id of an issuer')
const invitation = z.string('the token of an invitation').min(1).max(100)

/** Issuers that operators are offered; `is_proof`: who has no other way in shows by it anew who they are. */
export const operatorIssuersShown = z
  .object({ data: z.array(z.object({ id: z.string(), name: z.string(), is_proof: z.boolean() })) })
  .openapi('OperatorIssuers')

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

const came = {
  issuer,
  step: z.string('the "step" of the errand').min(1).max(100),
  code: z.string('the "code" that the browser came back with').min(1).max(4096),
  state: z.string('the "state" that the browser came back with').min(1).max(512),
  iss: z.string('the "iss" that the browser came back with').max(512).optional(),
}

/** Which issuer an operator who is signed in goes to. */
export const operatorLinkAsked = z.strictObject({ issuer }).openapi('OperatorLinkAsked')

/** What their browser came back with. */
export const operatorLinkReturn = z.strictObject(came).openapi('OperatorLinkReturn')

/** Whom issuers sign in as this operator; the name is null for an issuer that is offered no more. */
export const operatorIdentitiesShown = z
  .object({ data: z.array(z.object({ id: z.string(), issuer: z.string(), name: z.string().nullable(), created_at: time })) })
  .openapi('OperatorIdentities')

/** That a link is made, and that it is gone. */
export const operatorLinked = z.object({ linked: z.literal(true) })
export const operatorUnlinked = z.object({ id: z.string(), removed: z.literal(true) })
