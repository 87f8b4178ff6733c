import { type Database, sql } from '../db/index.ts'
import { fail } from '../failures.ts'
import { base32, matchTotp, TOTP_SECRET_BYTES, totpUri } from '../identity/index.ts'
import type { OperatorOptions } from './options.ts'
import type { OperatorPerson } from './person.ts'
import { beginOperatorStep, endOperatorStep, hasOperatorStep } from './steps.ts'

/** What an authenticator app is set up with; told once. */
export type OperatorTotp = { readonly secret: string; readonly uri: string }

const purposeOf = (id: string): string => `operator-totp:${id}`

/** Makes a secret for an operator's authenticator app, sealed under a key of theirs; it counts from its first code on. */
export async function beginOperatorTotp(parts: OperatorOptions, { operator: { id, name } }: OperatorPerson): Promise<OperatorTotp> {
  const secret = parts.random(TOTP_SECRET_BYTES)
  await parts.subjects.create(id)
  const sealed = await parts.subjects.seal(id, secret, purposeOf(id))
  await parts.database.query(sql`
    update operator set totp_sealed = ${sealed}, totp_confirmed_at = null, totp_step = 0 where id = ${id}::uuid returning 1`)
  return { secret: base32(secret), uri: totpUri(secret, { service: parts.service, name }) }
}

/** What another app is set up with: told once; `setup` brings the secret back, sealed, once within five minutes. */
export type OfferedTotp = OperatorTotp & { readonly setup: string }

/** A set-up that was offered, with the first code of the app. */
export type ShownSetup = { readonly setup: string; readonly code: string }

const setupPurposeOf = (id: string): string => `operator-totp-setup:${id}`

/** Makes a secret for another authenticator app of an operator; the one there is stays as it is. */
export async function offerOperatorTotp(
  parts: OperatorOptions,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<OfferedTotp> {
  const secret = parts.random(TOTP_SECRET_BYTES)
  await parts.subjects.create(id)
  const setup = (await parts.subjects.seal(id, secret, setupPurposeOf(id))).toString('base64url')
  await beginOperatorStep(parts.database, parts, { kind: 'totp-setup', token: setup, operatorId: id })
  return { secret: base32(secret), uri: totpUri(secret, { service: parts.service, name }), setup }
}

/** The secret of a set-up whose first code was shown, sealed to be kept, and the step of that code. Fails with second_step_failed. */
export async function readOfferedTotp(
  parts: OperatorOptions,
  id: string,
  { setup, code }: ShownSetup,
): Promise<{ readonly sealed: Buffer; readonly step: number }> {
  const step = { kind: 'totp-setup', token: setup, operatorId: id } as const
  if (!(await hasOperatorStep(parts.database, parts, step))) return fail('second_step_failed')
  const secret = await parts.subjects.unseal(id, Buffer.from(setup, 'base64url'), setupPurposeOf(id))
  const matched = secret === undefined ? undefined : matchTotp(secret, code, { now: parts.clock.now(), lastStep: 0 })
  if (secret === undefined || matched === undefined || !(await endOperatorStep(parts.database, parts, step)))
    return fail('second_step_failed')
  return { sealed: await parts.subjects.seal(id, secret, purposeOf(id)), step: matched }
}

/** The step of a code of an operator's app; undefined when it is not of now, or one as late was used before. */
export async function stepOfCode(
  { subjects, clock }: Pick<OperatorOptions, 'subjects' | 'clock'>,
  { operator: { id }, totp }: OperatorPerson,
  code: string,
): Promise<number | undefined> {
  if (totp === undefined) return undefined
  const secret = await subjects.unseal(id, totp.sealed, purposeOf(id))
  return secret === undefined ? undefined : matchTotp(secret, code, { now: clock.now(), lastStep: totp.lastStep })
}

/** Uses a step up; false when it or a later one was used: of two who use one code at once, one does. */
export async function useStep(database: Database, id: string, step: number): Promise<boolean> {
  const used = await database.query(sql`
    update operator set totp_step = ${step}::bigint where id = ${id}::uuid and totp_step < ${step}::bigint and totp_sealed is not null returning 1`)
  return used.length > 0
}
