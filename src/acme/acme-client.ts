import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, FlattenedSign, type JWK } from 'jose'
import { request } from 'undici'
import { z } from 'zod'
import type { Clock } from '../lib/index.ts'
import { AcmeError, codeOfProblem, SERVER_INTERNAL } from './acme-error.ts'

/** What an authority answered: its JSON or text, where what was made lies, and how long to wait before asking again. */
export type AcmeAnswer = { readonly text: string; readonly location: string | undefined; readonly retryAfterMs: number | undefined }

/** Whom a client speaks to, as whom. */
export type AcmeClientOptions = {
  readonly directory: string
  /** The private key of the account, EC on P-256. */
  readonly accountKey: KeyObject
  readonly clock: Pick<Clock, 'now'>
  readonly signal: AbortSignal
}

const CALL_MS_MAX = 30_000
const ANSWER_BYTES_MAX = 262_144
/** Nonces go stale while one waits for the authority: so many are tried before that is a failure. Source: RFC 8555 §6.5 (2019-03). */
const NONCE_TRIES_MAX = 5
/** The longest that an authority can have us wait, in milliseconds. */
export const RETRY_AFTER_MS_MAX = 7 * 86_400_000

const directorySchema = z.object({ newNonce: z.url(), newAccount: z.url(), newOrder: z.url(), renewalInfo: z.url().optional() })
const problemSchema = z.object({ type: z.string().optional() })

/** Where an authority does what. */
export type Directory = z.output<typeof directorySchema>

/** Speaks ACME: signs each request with the account's key and a nonce of the authority. Throws AcmeError. Source: RFC 8555 §6 (2019-03). */
export class AcmeClient {
  readonly #options: AcmeClientOptions
  #directory: Directory | undefined
  #accountUrl: string | undefined
  #nonce: string | undefined

  constructor(options: AcmeClientOptions) {
    this.#options = options
  }

  /** Where the authority does what; asked once. */
  async directory(): Promise<Directory> {
    if (this.#directory !== undefined) return this.#directory
    const { text, problem } = await this.#send({ url: this.#options.directory, method: 'GET' })
    if (problem !== undefined && problem !== '') throw new AcmeError(codeOfProblem(problem))
    this.#directory = readJson(directorySchema, text)
    return this.#directory
  }

  /** Signs in, or signs up with the terms agreed to. Source: RFC 8555 §7.3 (2019-03). */
  async openAccount(email: string | undefined): Promise<void> {
    const contact = email === undefined ? {} : { contact: [`mailto:${email}`] }
    const { location } = await this.post((await this.directory()).newAccount, { termsOfServiceAgreed: true, ...contact })
    if (location === undefined) throw new AcmeError('acme_answer_unread')
    this.#accountUrl = location
  }

  /** What shows at an address of ours that whoever asked has this account. Source: RFC 8555 §8.1 (2019-03). */
  async keyAuthorization(token: string): Promise<string> {
    return `${token}.${await calculateJwkThumbprint(await this.#publicKey())}`
  }

  /** Asks with a signed body; without one it reads. Source: RFC 8555 §6.2, §6.3 (2019-03). */
  async post(url: string, body?: object): Promise<AcmeAnswer> {
    for (let tries = 1; ; tries += 1) {
      const sent = await this.#send({ url, method: 'POST', body: await this.#sign(url, body) })
      if (sent.problem === undefined) return sent
      if (!sent.problem.endsWith(':badNonce')) throw new AcmeError(codeOfProblem(sent.problem), sent.retryAfterMs)
      if (tries >= NONCE_TRIES_MAX) throw new AcmeError('acme_refused')
    }
  }

  /** Reads what needs no account. */
  async get(url: string): Promise<AcmeAnswer> {
    const sent = await this.#send({ url, method: 'GET' })
    if (sent.problem !== undefined) throw new AcmeError(codeOfProblem(sent.problem), sent.retryAfterMs)
    return sent
  }

  async #publicKey(): Promise<JWK> {
    return await exportJWK(createPublicKey(this.#options.accountKey))
  }

  async #sign(url: string, body: object | undefined): Promise<string> {
    const by = this.#accountUrl === undefined ? { jwk: await this.#publicKey() } : { kid: this.#accountUrl }
    const header = { alg: 'ES256', nonce: await this.#takeNonce(), url, ...by }
    const payload = new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body))
    return JSON.stringify(await new FlattenedSign(payload).setProtectedHeader(header).sign(this.#options.accountKey))
  }

  async #takeNonce(): Promise<string> {
    if (this.#nonce === undefined) await this.#send({ url: (await this.directory()).newNonce, method: 'HEAD' })
    const nonce = this.#nonce
    this.#nonce = undefined
    if (nonce === undefined) throw new AcmeError('acme_answer_unread')
    return nonce
  }

  async #send({ url, method, body }: Sending): Promise<AcmeAnswer & { readonly problem: string | undefined }> {
    // Whoever answers for the authority may name any address: only over TLS is it known to be the authority's.
    if (!url.startsWith('https://')) throw new AcmeError('acme_answer_unread')
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(CALL_MS_MAX)])
    let text = ''
    try {
      const headers = { 'user-agent': 'farebox', ...(body === undefined ? {} : { 'content-type': 'application/jose+json' }) }
      const reply = await request(url, { method, headers, signal, ...(body === undefined ? {} : { body }) })
      for await (const piece of reply.body) {
        text += String(piece)
        if (text.length > ANSWER_BYTES_MAX) throw new AcmeError('acme_answer_unread')
      }
      this.#nonce = textOf(reply.headers['replay-nonce']) ?? this.#nonce
      const problem = reply.statusCode < 300 ? undefined : problemIn(text, reply.statusCode)
      return {
        text,
        location: textOf(reply.headers['location']),
        retryAfterMs: this.#retryAfter(textOf(reply.headers['retry-after'])),
        problem,
      }
    } catch (thrown) {
      throw thrown instanceof AcmeError ? thrown : new AcmeError('acme_unreachable')
    }
  }

  /** Seconds or a date. Source: RFC 9110 §10.2.3 (2022-06). */
  #retryAfter(header: string | undefined): number | undefined {
    if (header === undefined) return undefined
    const millis = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - this.#options.clock.now()
    return Number.isFinite(millis) ? Math.min(Math.max(millis, 0), RETRY_AFTER_MS_MAX) : undefined
  }
}

type Sending = { readonly url: string; readonly method: 'GET' | 'HEAD' | 'POST'; readonly body?: string }

/** JSON of an authority by a schema. Throws AcmeError. */
export function readJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const read = schema.safeParse(jsonOf(text))
  if (!read.success) throw new AcmeError('acme_answer_unread')
  return read.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AcmeError('acme_answer_unread')
  }
}

function problemIn(text: string, status: number): string {
  try {
    return problemSchema.parse(JSON.parse(text)).type ?? ''
  } catch {
    // An error page: refused without a type.
    return status >= 500 ? SERVER_INTERNAL : ''
  }
}

const textOf = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header)
