import { z } from 'zod'
import type { OneAccountRule } from '../identity/index.ts'
import { type NanoUsd, parseUsd } from '../lib/index.ts'

const USD = 'an amount of USD in quotes'
const COUNT = 'a whole number from 1 to 100000'
const HOSTS = 'a list of at most 100000 host names in small letters'

/** What people read when a field of the part of farebox.yaml about abuse is not right. */
export const ABUSE_FIELDS: Readonly<Record<string, { readonly expected: string; readonly mend: string }>> = {
  abuse: { expected: 'a mapping with spike, velocity, default_daily_cap and others', mend: 'leave it out for what is usual' },
  'abuse.spike': { expected: 'a mapping with usd_per_5_minutes, or times', mend: 'leave it out to watch no key' },
  'abuse.spike.usd_per_5_minutes': { expected: USD, mend: 'write the most that a key may spend in five minutes, like "50.00"' },
  'abuse.spike.times': { expected: 'a whole number from 2 to 1000', mend: 'write how many times its own usual rate a key may spend' },
  'abuse.spike.least_usd': { expected: USD, mend: 'leave it out for "5.00": below it no rate is an alarm' },
  'abuse.spike.pause': { expected: 'true or false', mend: 'leave it out for false: the owner is told, and the key goes on' },
  'abuse.default_daily_cap': { expected: USD, mend: 'write it like "20.00", or leave it out, and new keys have no cap' },
  'abuse.velocity': { expected: 'a mapping of limits', mend: 'leave it out for what is usual' },
  'abuse.velocity.sign_ups_per_address': { expected: COUNT, mend: 'leave it out for 20 in an hour' },
  'abuse.velocity.topups_per_account': { expected: COUNT, mend: 'leave it out for 20 in an hour' },
  'abuse.velocity.topups_per_address': { expected: COUNT, mend: 'leave it out for 40 in an hour' },
  'abuse.velocity.codes_per_address': { expected: COUNT, mend: 'leave it out for 30 wrong codes in an hour' },
  'abuse.velocity.signup_credits_per_day': { expected: COUNT, mend: 'leave it out for 100 in a day' },
  'abuse.one_account_per_person': { expected: 'true or false', mend: 'leave it out for false' },
  'abuse.dotless_mail': { expected: HOSTS, mend: 'leave it out for [gmail.com, googlemail.com], whose names mean the same without dots' },
  'abuse.disposable_mail': { expected: HOSTS, mend: 'write it like [mailinator.com]; what lies below a host counts too' },
  'abuse.shared_key_addresses': { expected: 'a whole number from 2 to 1000', mend: 'leave it out, and keys may be used from anywhere' },
}

const field = <T extends z.ZodType>(path: string, schema: T): T => schema.describe(ABUSE_FIELDS[path]?.expected ?? '')
const usd = (path: string) =>
  field(
    path,
    z.string().refine((text) => (parseUsd(text) ?? 0n) > 0n),
  )
const count = (path: string) => field(path, z.int().min(1).max(100_000))
const hosts = (path: string) => field(path, z.array(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)).max(100_000))

/** The part of farebox.yaml about abuse. */
export const abuseBlock = z.strictObject({
  spike: field(
    'abuse.spike',
    z
      .strictObject({
        usd_per_5_minutes: usd('abuse.spike.usd_per_5_minutes').optional(),
        times: field('abuse.spike.times', z.int().min(2).max(1000)).optional(),
        least_usd: usd('abuse.spike.least_usd').optional(),
        pause: field('abuse.spike.pause', z.boolean()).optional(),
      })
      .refine(({ usd_per_5_minutes: amount, times }) => amount !== undefined || times !== undefined),
  ).optional(),
  default_daily_cap: usd('abuse.default_daily_cap').optional(),
  velocity: field(
    'abuse.velocity',
    z.strictObject({
      sign_ups_per_address: count('abuse.velocity.sign_ups_per_address').optional(),
      topups_per_account: count('abuse.velocity.topups_per_account').optional(),
      topups_per_address: count('abuse.velocity.topups_per_address').optional(),
      codes_per_address: count('abuse.velocity.codes_per_address').optional(),
      signup_credits_per_day: count('abuse.velocity.signup_credits_per_day').optional(),
    }),
  ).optional(),
  one_account_per_person: field('abuse.one_account_per_person', z.boolean()).optional(),
  dotless_mail: hosts('abuse.dotless_mail').optional(),
  disposable_mail: hosts('abuse.disposable_mail').optional(),
  shared_key_addresses: field('abuse.shared_key_addresses', z.int().min(2).max(1000)).optional(),
})

/** What farebox.yaml says of abuse, as it is written there. */
export type WrittenAbuse = z.output<typeof abuseBlock>

/** When a key is held to spend too much; amounts in nano-USD, those within five minutes. */
export type SpikeSettings = {
  readonly amount: NanoUsd | undefined
  /** How many times its own usual rate; undefined: its rate is not looked at. */
  readonly times: number | undefined
  /** Below it no rate is an alarm. */
  readonly least: NanoUsd
  readonly isPausing: boolean
}

/** What is done against abuse. */
export type AbuseSettings = {
  /** Undefined: no key is watched. */
  readonly spike: SpikeSettings | undefined
  /** What a new key that spends the balance may spend in a day unless another cap is asked for; nano-USD. */
  readonly defaultDailyCap: NanoUsd | undefined
  /** In an hour; credit for signing up in a day, of the whole house. */
  readonly velocity: {
    readonly signUpsPerAddress: number
    readonly topupsPerAccount: number
    readonly topupsPerAddress: number
    readonly codesPerAddress: number
    readonly signupCreditsPerDay: number
  }
  /** Undefined: anybody may have any number of accounts. */
  readonly oneAccount: OneAccountRule | undefined
  /** From more addresses than these a key is not used in a day without an alarm. */
  readonly sharedKeyAddresses: number | undefined
}

const LEAST = 5_000_000_000n
const DOTLESS = ['gmail.com', 'googlemail.com']

/** The settings with what is usual for the rest. */
export const abuseSettingsOf = (written: WrittenAbuse | undefined): AbuseSettings => ({
  spike: written?.spike && {
    amount: parseUsd(written.spike.usd_per_5_minutes ?? ''),
    times: written.spike.times,
    least: parseUsd(written.spike.least_usd ?? '') ?? LEAST,
    isPausing: written.spike.pause ?? false,
  },
  defaultDailyCap: parseUsd(written?.default_daily_cap ?? ''),
  velocity: {
    signUpsPerAddress: written?.velocity?.sign_ups_per_address ?? 20,
    topupsPerAccount: written?.velocity?.topups_per_account ?? 20,
    topupsPerAddress: written?.velocity?.topups_per_address ?? 40,
    codesPerAddress: written?.velocity?.codes_per_address ?? 30,
    signupCreditsPerDay: written?.velocity?.signup_credits_per_day ?? 100,
  },
  oneAccount:
    written?.one_account_per_person === true
      ? { dotless: written.dotless_mail ?? DOTLESS, disposable: written.disposable_mail ?? [] }
      : undefined,
  sharedKeyAddresses: written?.shared_key_addresses,
})

/** What holds where farebox.yaml says nothing. */
export const ABUSE_DEFAULTS = abuseSettingsOf(undefined)
