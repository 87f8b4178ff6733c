import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { isoDate, networkOf, utcDayOf } from '../../lib/index.ts'
import type { Keyring } from '../seal.ts'
import type { DayKeyStore } from './day-key-store.ts'

/** Tags of IP addresses: the same address has the same tag within a UTC day, and after seven days no tag can be led back to an address. */
export type IpTags = {
  /** 32 bytes for an address at a time in milliseconds; undefined for what is no IP address. IPv6 counts by its first 64 bits. */
  readonly ipTag: (ip: string, now: number) => Promise<Buffer | undefined>
  /** The same for the number that gateways tell an address apart by, as nobody tells control the address of a call. */
  readonly placeTag: (place: number, now: number) => Promise<Buffer>
  /** Destroys the keys of days that ended more than six days before this time, so that no tag is older than seven days; resolves with how many. */
  readonly destroyOld: (now: number) => Promise<number>
}

const KEPT_DAYS = 7
const KEY_BYTES = 32

/** Tags under keys of days in this store, wrapped by the master keys. */
export function makeIpTags(store: DayKeyStore, keyring: Keyring): IpTags {
  const purposeOf = (day: string) => `day-key:${day}`
  const dayKey = async (day: string): Promise<Buffer> => {
    const wrapped = (await store.readDay(day)) ?? (await store.addDay(day, keyring.seal(randomBytes(KEY_BYTES), purposeOf(day))))
    return keyring.unseal(wrapped, purposeOf(day))
  }
  const tag = async (text: string, purpose: string, now: number): Promise<Buffer> => {
    const key = Buffer.from(hkdfSync('sha256', await dayKey(isoDate(utcDayOf(now))), Buffer.alloc(0), purpose, KEY_BYTES))
    return createHmac('sha256', key).update(text).digest()
  }
  return {
    ipTag: async (ip, now) => {
      const network = networkOf(ip)
      return network === undefined ? undefined : await tag(network, 'farebox/2/ip', now)
    },
    placeTag: (place, now) => tag(String(place), 'farebox/2/place', now),
    destroyOld: (now) => store.removeDaysBefore(isoDate(utcDayOf(now) - KEPT_DAYS + 1)),
  }
}
