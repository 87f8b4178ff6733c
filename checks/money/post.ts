import type { Customer, Operator } from '../operator.ts'
import type { World } from '../world.ts'

/**
 * One try of a POST: where it goes, what it says, what else it could say, and what its effects are counted by; `to` where it is not the operator who
 * sends it.
 */
export type PostPlace = {
  readonly path: string
  readonly body: object
  readonly otherBody: object
  readonly counted: string
  readonly to?: { readonly base: string; readonly token: string }
}

/** A POST; `path` as the description of the operator API spells it, after /operator/v1, or as the router of the customer's has it. */
export type Post = {
  readonly path: string
  readonly status: number
  /** Whether it has another effect each time that it is sent without an Idempotency-Key. */
  readonly isEachNew: boolean
  /** Whether any key of any customer may send it, for an account of its own. */
  readonly isForAnyCustomer?: boolean
  /** How often it is sent at once, at most. */
  readonly atOnceMax?: number
  readonly prepare: (world: World, customer: Customer) => Promise<PostPlace>
  /** How many effects there are, counted from outside. */
  readonly effects: (operator: Operator, place: PostPlace) => Promise<number>
}

type Page = { readonly data: readonly Readonly<Record<string, unknown>>[]; readonly next: string | null }

/** Every row of a list of the operator API. */
export async function listAll(operator: Operator, path: string): Promise<Page['data']> {
  const rows: Page['data'][number][] = []
  let next: string | null = null
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`
    const page = (await operator.ask('GET', `${path}?limit=100${cursor}`)) as Page
    rows.push(...page.data)
    next = page.next
  } while (next !== null)
  return rows
}
