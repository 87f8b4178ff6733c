import { randomBytes } from 'node:crypto'
import { type Identity, type IdentityOptions, makeIdentity, type Session } from '../../src/identity/index.ts'
import { endKeysSince, listKeysLeft } from '../../src/keys/index.ts'
import { type IpTags, keyringOf, makeIpTags } from '../../src/privacy/index.ts'
import { openRightsWorld, type RightsWorld, type SentMail } from '../privacy/rights-world.ts'

/** People on a database of their own, with a clock that is moved by hand and mail that is kept; no process. */
export type IdentityWorld = Omit<RightsWorld, 'lastLink'> & {
  readonly identity: Identity
  readonly ipTags: IpTags
  /** Another identity on the same database, as after a restart, or with other settings. */
  readonly restart: (change?: Partial<IdentityOptions>) => Identity
  /** A person with this e-mail and password, who has used their link. */
  readonly person: (email: string, password: string) => Promise<void>
  /** Another person with this password, who is signed in. */
  readonly signedIn: (password: string) => Promise<{ readonly email: string; readonly session: Session }>
  /** The last mail of a template, once all letters were sent. */
  readonly lastMail: (template: SentMail['template']) => Promise<SentMail | undefined>
  /** The token of the last link that was mailed. */
  readonly lastToken: () => Promise<string>
}

/** Where people of a world come from. */
export const PUBLIC_URL = 'https://shop.example'
/** From where somebody asks who says nothing of it. */
export const NOWHERE = { address: undefined, userAgent: undefined } as const

/** Opens a world; without mail where `mailer` is undefined. */
export async function openIdentityWorld(change: Partial<IdentityOptions> = {}): Promise<IdentityWorld> {
  const world = await openRightsWorld()
  const { kit, subjects, clock, ledger, mails, options } = world
  const ipTags = makeIpTags(daysInMemory(), keyringOf(new Map([[1, randomBytes(32)]])))
  const made: IdentityOptions = {
    ...{ database: kit.appDatabase, subjects, clock, ids: options.ids, log: options.log, random: randomBytes, mailer: options.mailer },
    ...{ ipTags, publicUrl: PUBLIC_URL, service: 'shop', scheme: 'argon2id' },
    openLedgerAccount: (accountId) => ledger.openAccount(accountId),
    keys: { left: listKeysLeft, endSince: endKeysSince },
    ...change,
  }
  const identity = makeIdentity(made)
  const lastMail = async (template: SentMail['template']) => {
    await identity.settled()
    return mails.findLast((mail) => mail.template === template)
  }
  const lastToken = async (): Promise<string> => {
    await identity.settled()
    const link = mails.findLast(({ fields }) => fields['link']?.includes('#token='))?.fields['link'] ?? ''
    return /#token=([\w-]+)/.exec(link)?.[1] ?? ''
  }
  const person = async (email: string, password: string): Promise<void> => {
    await identity.beginSignUp(email, NOWHERE)
    await identity.endSignUp({ email, password, token: await lastToken() }, NOWHERE)
  }
  let people = 0
  const signedIn = async (password: string): Promise<{ readonly email: string; readonly session: Session }> => {
    people += 1
    const email = `signed-in-${people}@example.com`
    await person(email, password)
    const answer = await identity.signIn({ email, password }, NOWHERE)
    const session = await identity.sessionOf('token' in answer ? answer.token : '')
    if (session === undefined) throw new TypeError('nobody is signed in')
    return { email, session }
  }
  const restart = (other: Partial<IdentityOptions> = {}): Identity => makeIdentity({ ...made, ...other })
  return { ...world, identity, ipTags, restart, person, signedIn, lastMail, lastToken }
}

function daysInMemory(): Parameters<typeof makeIpTags>[0] {
  const days = new Map<string, Buffer>()
  return {
    readDay: async (day) => days.get(day),
    addDay: async (day, wrapped) => {
      days.set(day, days.get(day) ?? wrapped)
      return days.get(day) ?? wrapped
    },
    removeDaysBefore: async (day) => {
      const old = [...days.keys()].filter((one) => one < day)
      for (const one of old) days.delete(one)
      return old.length
    },
  }
}
