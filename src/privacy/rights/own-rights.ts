import type { Readable } from 'node:stream'
import { fail } from '../../failures.ts'
import type { NanoUsd } from '../../lib/index.ts'
import type { HeldColumn } from './access.ts'
import { beginCorrection, confirmCorrection } from './correct-email.ts'
import { makeIntake } from './intake.ts'
import { peekLink, takeLink } from './links.ts'
import type { RightsOptions } from './options.ts'
import { type RequestKind, verifyRequest } from './requests.ts'
import type { Rights, ShownErasure } from './rights.ts'

/** The rights of a person who is not signed in and shows by a mailed link that the account's mail is theirs. A key of an account opens none. */
export type OwnRights = {
  /** Takes a request; the same for known and unknown addresses. Fails with mail_off, unavailable when too many wait. */
  readonly request: (asked: { readonly email: string; readonly kind: RequestKind }) => void
  /** Resolves when the links of all requests so far were mailed. */
  readonly settled: () => Promise<void>
  /** What is held; uses the link up. Fails with link_invalid, as do all that follow. */
  readonly access: (token: string) => Promise<readonly HeldColumn[]>
  /** An export; uses the link up. Fails with unavailable where others are being read, and the link is good then. */
  readonly exportZip: (token: string) => Promise<Readable>
  /** What an erasure takes and leaves; does not use the link up. */
  readonly planErasure: (token: string) => Promise<ShownErasure>
  readonly erase: (token: string, giveUp: NanoUsd) => Promise<ShownErasure>
  readonly beginCorrection: (token: string, email: string) => Promise<void>
  readonly confirmCorrection: (token: string, email: string) => Promise<void>
  /** Puts an objection before the operator. */
  readonly object: (token: string) => Promise<void>
}

/** Own rights over the rights of everybody; `publicUrl` is where links lead. */
export function makeOwnRights(options: RightsOptions, rights: Rights, publicUrl: string): OwnRights {
  const { mailer } = options
  const intake = mailer === undefined ? undefined : makeIntake(options, { mailer, publicUrl })
  const used = async (token: string, purpose: RequestKind): Promise<string> => {
    const { accountId, requestId } = await takeLink(options, { token, purpose })
    await verifyRequest(options, requestId)
    return accountId
  }
  return {
    request: (asked) => {
      if (intake === undefined) fail('mail_off')
      if (!intake.take(asked)) fail('unavailable', { seconds: 60 })
    },
    settled: async () => await intake?.settled(),
    access: async (token) => await rights.access(await used(token, 'access')),
    exportZip: async (token) => {
      // The link goes with the export, so that one for which there is no place now can be asked for with the same link.
      const { accountId, requestId } = await peekLink(options, { token, purpose: 'export' })
      await verifyRequest(options, requestId)
      const zip = await rights.exportZip(accountId)
      await takeLink(options, { token, purpose: 'export' }).catch((thrown: unknown) => {
        zip.destroy()
        throw thrown
      })
      return zip
    },
    planErasure: async (token) => await rights.planErasure((await peekLink(options, { token, purpose: 'erase' })).accountId),
    erase: async (token, giveUp) => {
      // The link goes with the lock, so that a refusal for money that is left can be answered with the same link.
      const { accountId, requestId } = await peekLink(options, { token, purpose: 'erase' })
      const email = (await options.accounts.emailOf(accountId)) ?? fail('link_invalid')
      await verifyRequest(options, requestId)
      const shown = await rights.erase({ accountId, email, giveUp, cause: 'customer' })
      const goneBy = shown.erasure?.goneBy.toISOString().slice(0, 10) ?? ''
      await mailer?.send('erasure-begun', email, { gone_by: goneBy })
      return shown
    },
    beginCorrection: (token, email) => beginCorrection(options, { token, email, publicUrl }),
    confirmCorrection: (token, email) => confirmCorrection(options, { token, email }),
    object: async (token) => void (await used(token, 'object')),
  }
}
