import { createRoute, z } from '@hono/zod-openapi'
import {
  idempotencyHeader,
  idParameter,
  json,
  jsonBody,
  managed,
  managedError,
  teamDomainInput,
  teamDomainShown,
  teamIssuerInput,
  teamSignOnShown,
} from '../contract/index.ts'

const failures = { default: json(managedError, 'What went wrong') }
const base = '/api/team/sign-on'
const shown = json(managed(teamSignOnShown), 'How members come in')
const one = json(managed(teamDomainShown), 'The domain')

/** How members of a team come in. */
export const readSignOnRoute = createRoute({
  method: 'get',
  path: base,
  summary: 'Show the issuer and the mail domains of the team',
  responses: { 200: shown, ...failures },
})

/** Sets the issuer of a team. */
export const setIssuerRoute = createRoute({
  method: 'put',
  path: `${base}/issuer`,
  summary: 'Have members signed in by an issuer of OpenID Connect; it is asked at once what it says of itself',
  request: { body: jsonBody(teamIssuerInput) },
  responses: { 200: shown, ...failures },
})

/** Takes the issuer of a team away. */
export const dropIssuerRoute = createRoute({
  method: 'delete',
  path: `${base}/issuer`,
  summary: 'Have members signed in by the issuer no more; they stay members',
  responses: { 200: shown, ...failures },
})

/** Claims a mail domain. */
export const claimDomainRoute = createRoute({
  method: 'post',
  path: `${base}/domains`,
  summary: 'Claim a mail domain; it is yours once the TXT record of this answer is found',
  request: { headers: idempotencyHeader, body: jsonBody(teamDomainInput) },
  responses: { 201: one, ...failures },
})

/** Looks for the record of a domain. */
export const checkDomainRoute = createRoute({
  method: 'post',
  path: `${base}/domains/{id}/check`,
  summary: 'Look for the record of a domain now; each is looked for once a day besides',
  request: { params: idParameter },
  responses: { 200: one, ...failures },
})

/** Gives a domain up. */
export const removeDomainRoute = createRoute({
  method: 'delete',
  path: `${base}/domains/{id}`,
  summary: 'Give a domain up',
  request: { params: idParameter },
  responses: { 200: json(managed(z.object({ id: z.string() })), 'It is yours no more'), ...failures },
})
