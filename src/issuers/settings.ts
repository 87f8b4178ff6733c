import { z } from 'zod'
import { ISSUER_AUDIENCES, type IssuerSettings } from './vouching.ts'

/** What people read when a field of the issuers of farebox.yaml is not right. */
export const ISSUER_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  issuers: { expected: 'a list of up to 10 issuers, each with an id of its own', mend: 'leave it out to sign people in without any' },
  'issuers.': {
    expected: 'an issuer with id and client_id; one that is neither google nor github also with name and issuer',
    mend: 'write it like { id: google, client_id: "…", client_secret: "${GOOGLE_CLIENT_SECRET}" }',
  },
  'issuers.id': {
    expected: 'google, github, or a name of 1 to 32 of a-z 0-9 - that does not begin with team-',
    mend: 'it is in the address that browsers come back to',
  },
  'issuers.name': { expected: 'a name of 1 to 40 characters', mend: 'write what people know it as; google and github have one' },
  'issuers.issuer': {
    expected: 'the https address of an issuer, without ? and #',
    mend: 'write it as the issuer does in its discovery document',
  },
  'issuers.client_id': {
    expected: 'the client id that the issuer gave out, of 1 to 200 printable characters',
    mend: 'register the service there',
  },
  'issuers.client_secret': { expected: 'the secret of the client', mend: 'write ${NAME} and set that environment variable' },
  'issuers.hosts': {
    expected: 'up to 5 names of hosts',
    mend: 'name hosts besides that of the issuer that its discovery document leads to',
  },
  'issuers.hosts.': { expected: 'the name of a host, with a port where it is not 443', mend: 'write it like keys.example.com' },
  'issuers.trust_email': { expected: 'true or false', mend: 'say true only where nobody gets an e-mail there that is not theirs' },
  'issuers.for': { expected: `one or two of ${ISSUER_AUDIENCES.join(', ')}`, mend: 'leave it out for customers' },
  'issuers.for.': { expected: `one of ${ISSUER_AUDIENCES.join(', ')}`, mend: 'leave it out for customers' },
}

const told = (path: string): string => ISSUER_FIELDS[path]?.expected ?? ''

const ADDRESS = /^https:\/\/[\w.:-]+(?:\/[\w.~/-]*)?$|^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?:\/[\w.~/-]*)?$/

const entry = z.strictObject({
  id: z
    .string()
    .regex(/^(?!team-)[a-z][a-z0-9-]{0,31}$/)
    .describe(told('issuers.id')),
  name: z.string().trim().min(1).max(40).describe(told('issuers.name')).optional(),
  issuer: z.string().max(200).regex(ADDRESS).describe(told('issuers.issuer')).optional(),
  client_id: z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .describe(told('issuers.client_id')),
  client_secret: z
    .string()
    .regex(/^[\x21-\x7e]{8,512}$/)
    .describe(told('issuers.client_secret'))
    .optional(),
  hosts: z
    .array(
      z
        .string()
        .max(200)
        .regex(/^[\w.-]+(?::\d{1,5})?$/)
        .describe(told('issuers.hosts.')),
    )
    .max(5)
    .describe(told('issuers.hosts'))
    .prefault([]),
  trust_email: z.boolean().describe(told('issuers.trust_email')).prefault(false),
  for: z
    .array(z.enum(ISSUER_AUDIENCES).describe(told('issuers.for.')))
    .min(1)
    .max(2)
    .describe(told('issuers.for'))
    .prefault(['customers']),
})
type Entry = z.output<typeof entry>

/** Issuers that are known, so that a client of theirs is all that has to be written. */
const PRESETS: Readonly<Record<string, Pick<IssuerSettings, 'name' | 'kind' | 'issuer' | 'origins' | 'emailTrust'>>> = {
  // Source: https://accounts.google.com/.well-known/openid-configuration (2026-11-27).
  google: {
    ...{ name: 'Google', kind: 'openid', issuer: 'https://accounts.google.com', emailTrust: 'google' },
    origins: [
      'https://accounts.google.com',
      'https://oauth2.googleapis.com',
      'https://www.googleapis.com',
      'https://openidconnect.googleapis.com',
    ],
  },
  // Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps (2026-11-27).
  github: {
    ...{ name: 'GitHub', kind: 'github', issuer: 'https://github.com', emailTrust: 'verified' },
    origins: ['https://github.com', 'https://api.github.com'],
  },
}

/** The issuers of farebox.yaml. */
export const issuersBlock = z.array(entry.superRefine(checkEntry)).max(10).refine(hasOwnIds, told('issuers')).describe(told('issuers'))

function hasOwnIds(entries: readonly { readonly id: string }[]): boolean {
  return new Set(entries.map(({ id }) => id)).size === entries.length
}

function checkEntry({ id, name, issuer, client_secret: secret, trust_email: isTrusted, hosts }: Entry, context: z.RefinementCtx): void {
  const preset = PRESETS[id]
  const wrong = (path: string, expected: string, mend: string) =>
    context.addIssue({ code: 'custom', path: [path], message: expected, params: { expected, mend } })
  if (preset === undefined) {
    if (name === undefined) wrong('name', told('issuers.name'), 'write what people know it as')
    if (issuer === undefined) wrong('issuer', told('issuers.issuer'), 'write it as the issuer does in its discovery document')
    return
  }
  const known = `nothing, as ${id} is known`
  if (issuer !== undefined) wrong('issuer', known, 'leave it out, or choose another id')
  if (hosts.length > 0) wrong('hosts', known, 'leave it out')
  if (isTrusted) wrong('trust_email', known, 'leave it out')
  if (secret === undefined) wrong('client_secret', `a secret, as ${id} asks for one`, 'write ${NAME} and set that environment variable')
}

/** The issuers, by what is written of them. */
export const issuerSettingsOf = (written: z.output<typeof issuersBlock> | undefined): readonly IssuerSettings[] =>
  (written ?? []).map(({ id, name, issuer = '', client_id: clientId, client_secret: clientSecret, hosts, trust_email, for: audience }) => {
    const preset = PRESETS[id]
    const shared = { id, clientId, clientSecret, audience: [...new Set(audience)] }
    if (preset !== undefined) return { ...preset, ...shared, name: name ?? preset.name }
    const origins = [new URL(issuer).origin, ...hosts.map((host) => new URL(`https://${host}`).origin)]
    return { ...shared, name: name ?? id, kind: 'openid', issuer, origins, emailTrust: trust_email ? 'verified' : 'none' }
  })
