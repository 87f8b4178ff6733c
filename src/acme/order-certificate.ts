import { createPrivateKey, X509Certificate } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type AcmeAnswer, type AcmeClient, readJson } from './acme-client.ts'
import { AcmeError, codeOfProblem } from './acme-error.ts'
import { makeSigningRequest } from './signing-request.ts'

/** What is ordered, and who answers the authority meanwhile. */
export type Ordering = {
  readonly client: AcmeClient
  readonly email: string | undefined
  readonly domains: readonly string[]
  /** How the authority knows the certificate that this one takes the place of. */
  readonly replaces: string | undefined
  /** Answers for a token until it is told to end; rejects with AcmeError where it cannot listen. */
  readonly answer: (answers: ReadonlyMap<string, string>) => Promise<{ readonly close: () => Promise<void> }>
  readonly signal: AbortSignal
}

const POLL_MS = 1_000
const POLL_MS_MAX = 15_000
const POLLS_MAX = 60
/** Numbers of names; what offers more is no authority. */
const AUTHORIZATIONS_MAX = 100

const problem = z.object({ type: z.string().optional() }).optional()
const orderSchema = z.object({
  status: z.enum(['pending', 'ready', 'processing', 'valid', 'invalid']),
  authorizations: z.array(z.string()).max(AUTHORIZATIONS_MAX),
  finalize: z.string(),
  certificate: z.string().optional(),
  error: problem,
})
const challengeSchema = z.object({ type: z.string(), url: z.string().optional(), token: z.string().optional(), error: problem })
const authorizationSchema = z.object({
  status: z.enum(['pending', 'valid', 'invalid', 'deactivated', 'expired', 'revoked']),
  challenges: z.array(challengeSchema),
})
/** Base64url, as it becomes part of an address. Source: RFC 8555 §8.3 (2019-03). */
const TOKEN = /^[A-Za-z0-9_-]{16,256}$/

type Order = z.output<typeof orderSchema>
type Authorization = z.output<typeof authorizationSchema>

/** Orders a certificate, shows that its names are ours over http-01, and returns its key and chain as one PEM. Throws AcmeError. Source: RFC 8555 §7.4 (2019-03). */
export async function orderCertificate(ordering: Ordering): Promise<string> {
  const { client, email, domains, replaces } = ordering
  await client.openAccount(email)
  const placed = await placeOrder(client, { domains, replaces })
  const orderUrl = placed.location
  if (orderUrl === undefined) throw new AcmeError('acme_answer_unread')
  const order = readJson(orderSchema, placed.text)
  await showNames(ordering, order)
  await untilOrder(ordering, orderUrl, ['ready', 'valid'])
  const { key, request } = await makeSigningRequest(domains)
  await client.post(order.finalize, { csr: request })
  const { certificate } = await untilOrder(ordering, orderUrl, ['valid'])
  if (certificate === undefined) throw new AcmeError('acme_answer_unread')
  const { text: chain } = await client.post(certificate)
  if (!isOurs(chain, { key, domains })) throw new AcmeError('acme_certificate_wrong')
  return `${key}${chain.trim()}\n`
}

/**
 * Places an order. An authority refuses to replace a certificate a second time, as where the first one was issued and never got here; then it is
 * ordered without a word of what it replaces. Source: RFC 9773 §5 (2025-06).
 */
async function placeOrder(client: AcmeClient, { domains, replaces }: Pick<Ordering, 'domains' | 'replaces'>): Promise<AcmeAnswer> {
  const url = (await client.directory()).newOrder
  const identifiers = domains.map((value) => ({ type: 'dns', value }))
  if (replaces === undefined) return await client.post(url, { identifiers })
  try {
    return await client.post(url, { identifiers, replaces })
  } catch (thrown) {
    if (!(thrown instanceof AcmeError) || thrown.code !== 'acme_refused') throw thrown
    return await client.post(url, { identifiers })
  }
}

/** Has every name that is not shown yet looked at by the authority, and waits until it has. */
async function showNames(ordering: Ordering, { authorizations }: Order): Promise<void> {
  const { client } = ordering
  const open: { readonly url: string; readonly challengeUrl: string; readonly token: string }[] = []
  for (const url of authorizations) {
    const authorization = readJson(authorizationSchema, (await client.post(url)).text)
    if (authorization.status === 'valid') continue
    const challenge = authorization.challenges.find(({ type }) => type === 'http-01')
    if (challenge?.url === undefined || challenge.token === undefined) throw new AcmeError('acme_no_http_01')
    if (!TOKEN.test(challenge.token)) throw new AcmeError('acme_answer_unread')
    open.push({ url, challengeUrl: challenge.url, token: challenge.token })
  }
  if (open.length === 0) return
  const answers = new Map<string, string>()
  for (const { token } of open) answers.set(token, await client.keyAuthorization(token))
  const listening = await ordering.answer(answers)
  try {
    for (const { challengeUrl } of open) await client.post(challengeUrl, {})
    for (const { url } of open) await untilAuthorized(ordering, url)
  } finally {
    await listening.close()
  }
}

async function untilAuthorized(ordering: Ordering, url: string): Promise<void> {
  await untilSo(ordering, url, (text) => {
    const authorization = readJson(authorizationSchema, text)
    if (authorization.status === 'pending') return undefined
    if (authorization.status !== 'valid') throw new AcmeError(reasonOf(authorization))
    return authorization
  })
}

const reasonOf = ({ challenges }: Authorization) =>
  codeOfProblem(challenges.find(({ type, error }) => type === 'http-01' && error !== undefined)?.error?.type)

const untilOrder = (ordering: Ordering, url: string, wanted: readonly Order['status'][]): Promise<Order> =>
  untilSo(ordering, url, (text) => {
    const order = readJson(orderSchema, text)
    if (order.status === 'invalid') throw new AcmeError(codeOfProblem(order.error?.type))
    return wanted.includes(order.status) ? order : undefined
  })

/** Asks until `read` has something, as often and as slowly as the authority wants it, within bounds. */
async function untilSo<Found>({ client, signal }: Ordering, url: string, read: (text: string) => Found | undefined): Promise<Found> {
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    const { text, retryAfterMs } = await client.post(url)
    const found = read(text)
    if (found !== undefined) return found
    await sleep(Math.min(retryAfterMs ?? POLL_MS, POLL_MS_MAX), undefined, { signal })
  }
  throw new AcmeError('acme_too_slow')
}

/** Whether a chain begins with a certificate of our key, for every name. */
function isOurs(chain: string, { key, domains }: { readonly key: string; readonly domains: readonly string[] }): boolean {
  try {
    const certificate = new X509Certificate(chain)
    return certificate.checkPrivateKey(createPrivateKey(key)) && domains.every((name) => certificate.checkHost(name) !== undefined)
  } catch {
    // No certificate in PEM.
    return false
  }
}
