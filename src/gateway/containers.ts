import { createHmac, timingSafeEqual } from 'node:crypto'
import { renameContainers } from '../protocols/index.ts'
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

type Rewrites = (head: ReplyHead) => ReplyRewriting | undefined

/** How replies are read whose containers are sealed for who is told; `inner`: how they are read before that. */
export const sealingContainers =
  (holder: Holder, inner: Rewrites | undefined): Rewrites =>
  (head) => {
    const read = inner?.(head)
    const { status, headers } = read ?? head
    const { push, end } = renameContainers((id) => sealedContainer(id, holder))
    return {
      ...{ status, headers },
      push: (chunk) => push(read === undefined ? chunk : read.push(chunk)),
      end: () => Buffer.concat([read === undefined ? Buffer.alloc(0) : push(read.end()), end()]),
    }
  }
