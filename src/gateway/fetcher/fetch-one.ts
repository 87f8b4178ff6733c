import { NotPublicError, type Outside, type PublicClient, publicClient, publicUrlOf } from '../../outbound/index.ts'
import type { MediaKind } from '../../protocols/index.ts'
import type { FetchedMedia } from './inline-media.ts'
import { ACCEPTED, kindOfType, typeOfBytes } from './media-kinds.ts'

/** Why nothing was fetched; words for the customer, which do not tell apart what a network of the house would answer. */
export const REASONS = {
  address: 'it is no https address, on port 443, of a host of the public internet',
  answer: 'its host gave no answer of status 200 with a plain body',
  type: 'what lies there is not of the type that belongs here: PNG, JPEG, GIF or WebP, a PDF, or sound',
  size: 'what lies there is too large',
  time: 'it took too long',
} as const

/** What keeps an address from being fetched; nothing of what was said in between is kept. */
export class NotFetched extends Error {
  readonly reason: keyof typeof REASONS

  constructor(reason: keyof typeof REASONS) {
    super(reason)
    this.reason = reason
  }
}

/** One address and what may come of it; `bytesMax` is what is left of its call's share. */
export type OneWanted = { readonly url: string; readonly kind: MediaKind; readonly bytesMax: number; readonly signal: AbortSignal }

/**
 * The bytes at an address, which is looked up once, and called at one of the addresses that were found, all of which have to be public. One
 * request, no redirect followed, no credentials, no proxy, nothing unpacked. Throws NotFetched.
 */
export async function fetchOne(outside: Outside, { url, kind, bytesMax, signal }: OneWanted): Promise<FetchedMedia> {
  const wanted = publicUrlOf(url) ?? refuse('address')
  const client = await clientOf(outside, wanted.name, signal)
  const onAbort = (): void => void client.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    const headers = { accept: ACCEPTED[kind], 'accept-encoding': 'identity', 'user-agent': 'farebox-fetcher' }
    const reply = await client.request({ method: 'GET', path: wanted.path, headers, signal })
    checkHead(reply, { kind, bytesMax })
    return checked(await collect(reply.body, bytesMax), kind)
  } catch (thrown) {
    if (signal.aborted) throw new NotFetched('time')
    throw notFetched(thrown)
  } finally {
    signal.removeEventListener('abort', onAbort)
    await client.destroy()
  }
}

const refuse = (reason: keyof typeof REASONS): never => {
  throw new NotFetched(reason)
}

async function clientOf(outside: Outside, name: string, signal: AbortSignal): Promise<PublicClient> {
  try {
    return await publicClient(outside, name, signal)
  } catch (thrown) {
    throw notFetched(thrown)
  }
}

const notFetched = (thrown: unknown): NotFetched =>
  thrown instanceof NotFetched ? thrown : new NotFetched(thrown instanceof NotPublicError ? thrown.reason : 'answer')

type Reply = { readonly statusCode: number; readonly headers: Readonly<Record<string, string | string[] | undefined>> }

function checkHead({ statusCode, headers }: Reply, { kind, bytesMax }: Pick<OneWanted, 'kind' | 'bytesMax'>): void {
  const { 'content-encoding': encoding = 'identity', 'content-type': type, 'content-length': length = '0' } = headers
  if (statusCode !== 200 || encoding !== 'identity') refuse('answer')
  if (typeof type !== 'string' || kindOfType(type) !== kind) refuse('type')
  if (Number(length) > bytesMax) refuse('size')
}

async function collect(body: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > bytesMax) refuse('size')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function checked(bytes: Buffer, kind: MediaKind): FetchedMedia {
  const type = typeOfBytes(bytes)
  return type?.kind === kind ? { mimeType: type.mimeType, bytes } : refuse('type')
}
