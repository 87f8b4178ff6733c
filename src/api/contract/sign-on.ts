import { z } from '@hono/zod-openapi'
import { SIGN_ON_ROLES } from '../../sign-on/index.ts'
import { time } from './fields.ts'

const domain = z.string('a mail domain such as example.com').min(3, 'a mail domain such as example.com').max(253)
const printable = (what: string, max: number) => z.string(what).regex(new RegExp(`^[\\x21-\\x7e]{1,${max}}$`), what)

/** A mail domain that is to be claimed. */
export const teamDomainInput = z.strictObject({ domain }).openapi('NewTeamDomain')

/** A claim as it is remembered for a repeated POST: without the domain. */
export const teamDomainRemembered = z.object({ id: z.string(), recordText: z.string(), createdAt: time })

/** A mail domain of a team: it is theirs while `verifiedAt` is there; `missingSince` says since when its record is not. */
export const teamDomainShown = z
  .object({
    id: z.string(),
    domain: z.string(),
    record: z.object({ type: z.literal('TXT'), name: z.string(), text: z.string() }),
    verifiedAt: time.nullable(),
    checkedAt: time.nullable(),
    missingSince: time.nullable(),
    createdAt: time,
  })
  .openapi('TeamDomain')

/** The issuer that a team is to have; a secret that is left out stays as it is while address and client do. */
export const teamIssuerInput = z
  .strictObject({
    issuer: z.string('the https address of an issuer').min(9).max(200),
    clientId: printable('the client id, of 1 to 200 printable characters', 200),
    clientSecret: printable('the secret of the client, of 8 to 512 printable characters', 512).min(8).optional(),
    defaultRole: z.enum(SIGN_ON_ROLES, `one of ${SIGN_ON_ROLES.join(', ')}`),
    required: z.boolean('true or false'),
  })
  .openapi('TeamIssuerInput')

/** How a team has its members signed in; `returnTo` is what the issuer sends browsers back to. */
export const teamSignOnShown = z
  .object({
    offered: z.boolean(),
    issuer: z
      .object({
        ...{ id: z.string(), issuer: z.string(), clientId: z.string(), hasSecret: z.boolean() },
        ...{ defaultRole: z.enum(SIGN_ON_ROLES), required: z.boolean(), returnTo: z.string(), createdAt: time },
      })
      .nullable(),
    domains: z.array(teamDomainShown),
  })
  .openapi('TeamSignOn')

/** Under which domain somebody's e-mail is, whose company signs them in. */
export const companyAsked = z.strictObject({ domain })

/** Where the browser goes, to which issuer, and what the page has to keep until it is back. */
export const companyErrandShown = z.object({ issuer: z.string(), step: z.string(), url: z.string() })
