import fc from 'fast-check'
import { FAULTS } from '../../../src/control/testing.ts'

/** Nodes of a history, each with gateways. */
export const NODES = 2
export const GATEWAYS = 2

const pick = fc.nat({ max: 1000 })
const where = { node: fc.nat({ max: NODES - 1 }), gateway: fc.nat({ max: GATEWAYS - 1 }) }
/** Something that breaks: the connection, at one of the next awaits, or for ever, as when the process dies there. */
const breaks = fc.option(fc.record({ after: fc.nat({ max: 7 }), fault: fc.constantFrom(...FAULTS, 'silent' as const) }), {
  nil: undefined,
  freq: 3,
})
const move = { customer: pick, amount: fc.integer({ min: 1, max: 150 }), isAwaited: fc.boolean(), breaks }

/** One step of a history. */
const step = fc.oneof(
  { weight: 16, arbitrary: fc.record({ kind: fc.constant('hold'), ...where, customer: pick, hold: fc.nat({ max: 120 }), price: pick }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('settle'), ...where, call: pick, tokens: fc.nat({ max: 400 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('void'), ...where, call: pick }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('progress'), ...where, call: pick, tokens: fc.nat({ max: 100 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass'), millis: fc.constantFrom(0, 1, 3) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('fault'), ...where, operations: fc.nat({ max: 12 }), fault: fc.constantFrom(...FAULTS) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('expire'), seconds: fc.constantFrom(3, 6, 6, 4_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deposit'), ...move, isGift: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refund'), ...move }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('dispute'), ...move }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reverse'), ...move, transfer: pick, isDebt: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close-day'), isTwice: fc.boolean(), breaks }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('price'), rate: fc.integer({ min: 1, max: 3_000_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('crash'), ...where, isAlone: fc.boolean(), isHasty: fc.boolean() },
      unanswered: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('node-lost'), ...where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('gateway-lost'), ...where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('bounce'), ...where, millis: fc.constantFrom(0, 2) }) },
)

/** A history: 1 to 200 steps, more often few, as many short ones reach more beginnings. */
export const history = fc.oneof(
  { weight: 6, arbitrary: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }) },
  { weight: 3, arbitrary: fc.array(step, { minLength: 40, maxLength: 100, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(step, { minLength: 100, maxLength: 200, size: 'max' }) },
)
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
export type Breaks = { readonly after: number; readonly fault: (typeof FAULTS)[number] | 'silent' } | undefined
