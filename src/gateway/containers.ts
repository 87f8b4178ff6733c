import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ReplyHead, ReplyRewriting } from '../providers/index.ts'

/**
 * Containers at a provider, in which code of a customer's runs, all lie under the key of the house, and whoever names one goes on in it. So
 * an account is told the id of its container with a seal of its own behind, and no id without one is taken from it. Nothing is remembered
 * for that: the seal is made with the upstream's key, which every gateway has and no customer.
 */
export type Holder = { readonly accountId: string; readonly apiKey: string | undefined }

const SEAL_LENGTH = 22
const SEALED = /^([\w-]{1,200})\.([\w-]{22})$/

const sealOf = (id: string, { accountId, apiKey }: { readonly accountId: string; readonly apiKey: string }): string =>
  createHmac('sha256', apiKey).update(`container\0${accountId}\0${id}`).digest('base64url').slice(0, SEAL_LENGTH)

/** An id as an account is told it. Where the house has no key that could seal it, it is told as it is, and not taken again. */
export const sealedContainer = (id: string, { accountId, apiKey }: Holder): string =>
  apiKey === undefined ? id : `${id}.${sealOf(id, { accountId, apiKey })}`

/** The id as the upstream knows it, of one that this account was told of this upstream; undefined of any other. */
export function ownContainer(told: string, { accountId, apiKey }: Holder): string | undefined {
  const [, id, seal] = SEALED.exec(told) ?? []
  if (id === undefined || seal === undefined || apiKey === undefined) return undefined
  return timingSafeEqual(Buffer.from(seal), Buffer.from(sealOf(id, { accountId, apiKey }))) ? id : undefined
}

/** Where a reply tells a container. Within texts quotes are escaped, so this stands in none. */
const TOLD =
  /("container"\s{0,9}:\s{0,9}\{\s{0,9}(?:"expires_at"\s{0,9}:\s{0,9}"[^"]{0,60}"\s{0,9},\s{0,9})?"id"\s{0,9}:\s{0,9}")([\w-]{1,200})"/g
const KEY = '"container"'
/** What may be the beginning of it at the end of what has come. */
const BEGUN = /^"container"\s{0,9}(?::\s{0,9}(?:\{[^{}]{0,400})?)?$/

type Rewrites = (head: ReplyHead) => ReplyRewriting | undefined

/** How replies are read whose containers are sealed for who is told; `inner`: how they are read before that. */
export const sealingContainers =
  (holder: Holder, inner: Rewrites | undefined): Rewrites =>
  (head) => {
    const read = inner?.(head)
    const { status, headers } = read ?? head
    let held = ''
    const pass = (bytes: Buffer): Buffer => {
      const text = (held + bytes.toString('latin1')).replace(
        TOLD,
        (_, before: string, id: string) => `${before}${sealedContainer(id, holder)}"`,
      )
      const from = heldFrom(text)
      held = text.slice(from)
      return Buffer.from(text.slice(0, from), 'latin1')
    }
    return {
      ...{ status, headers },
      push: (chunk) => pass(read === undefined ? chunk : read.push(chunk)),
      end: () => Buffer.concat([read === undefined ? Buffer.alloc(0) : pass(read.end()), Buffer.from(held, 'latin1')]),
    }
  }

/** Where begins what is held back until more has come. */
function heldFrom(text: string): number {
  const last = text.lastIndexOf(KEY)
  if (last >= 0 && BEGUN.test(text.slice(last))) return last
  for (let length = Math.min(KEY.length - 1, text.length); length > 0; length -= 1)
    if (text.endsWith(KEY.slice(0, length))) return text.length - length
  return text.length
}
