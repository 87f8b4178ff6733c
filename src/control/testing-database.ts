import { setTimeout as delay } from 'node:timers/promises'
import { type Database, DatabaseError } from '../db/index.ts'

/**
 * What befalls a statement or a commit: the connection breaks before it ran, or after; at a commit also while the server is still at
 * it, so that it happens later (`late`) or is undone later (`late-undone`). A late fault of a statement is one after it. `silent`, for a process that
 * is about to be killed: it happens, and is never answered.
 */
export const FAULTS = ['before', 'after', 'late', 'late-undone'] as const
export type Fault = (typeof FAULTS)[number] | 'silent'

/** A connection for tests that breaks on command; `kill` ends the process that uses it: what it asked for is never answered. */
export type FaultyDatabase = {
  readonly database: Database
  /** Breaks the statement or commit that comes after `operations` others. */
  readonly plan: (operations: number, fault: Fault) => void
  readonly heal: () => void
  readonly kill: () => void
}

const LATE_MS = 10
const lost = () => new DatabaseError('connection_lost')
const silence = (): Promise<never> => new Promise(() => {})
const isLate = (fault: Fault | undefined): boolean => fault === 'late' || fault === 'late-undone'

/** Wraps a database. Never used by the product. */
export function faultyDatabase(real: Database): FaultyDatabase {
  const plans: { left: number; readonly fault: Fault }[] = []
  const death = Promise.withResolvers<never>()
  death.promise.catch(() => undefined)
  let isDead = false
  /** What is asked of or answered to a dead process stays so for ever. */
  const whileAlive = async <T>(answer: T): Promise<T> => (isDead ? await silence() : answer)
  const nextFault = (): Fault | undefined => {
    for (const plan of plans) plan.left -= 1
    const due = plans.findIndex((plan) => plan.left < 0)
    return due < 0 ? undefined : plans.splice(due, 1)[0]?.fault
  }

  const queryOn = (on: Database): Database['query'] => {
    return async <Row>(statement: Parameters<Database['query']>[0]) => {
      await whileAlive(undefined)
      const fault = nextFault()
      if (fault === 'before') throw lost()
      const rows = await on.query<Row>(statement)
      if (fault === 'silent') return await silence()
      if (fault !== undefined) throw lost()
      return await whileAlive(rows)
    }
  }

  const transaction = async <T>(work: (tx: Database) => Promise<T>): Promise<T> => {
    await whileAlive(undefined)
    const committing = Promise.withResolvers<Fault | undefined>()
    const ended = real
      .transaction(async (tx) => {
        const inner: Database = { query: queryOn(tx), transaction: () => Promise.reject(lost()), end: async () => {} }
        const result = await Promise.race([work(inner), death.promise])
        const fault = nextFault()
        committing.resolve(fault)
        if (isLate(fault)) await delay(LATE_MS)
        if (fault === 'before' || fault === 'late-undone') throw lost()
        return { result, fault }
      })
      .catch((thrown: unknown) => ({ thrown }))
    const isAnsweredEarly = await Promise.race([committing.promise.then(isLate), ended.then(() => false)])
    if (isAnsweredEarly) {
      await whileAlive(undefined)
      throw lost()
    }
    const end = await whileAlive(await ended)
    if ('thrown' in end) throw end.thrown
    if (end.fault === 'silent') return await silence()
    if (end.fault === 'after') throw lost()
    return end.result
  }

  return {
    database: { query: queryOn(real), transaction, end: async () => {} },
    plan: (operations, fault) => void plans.push({ left: operations, fault }),
    heal: () => void plans.splice(0),
    kill: () => {
      isDead = true
      death.reject(lost())
    },
  }
}
