import { FailureError } from '../../failures.ts'
import type { LimitState } from '../../protocols/index.ts'
import type { Outcome } from '../../spec/index.ts'
import type { Caller } from '../callers.ts'
import { voidSettlement } from '../control-client.ts'
import type { Gateway } from '../gateway.ts'
import { hold } from '../hold.ts'
import type { Plan } from '../route.ts'
import { HoldRefused } from './hold-refused.ts'
import { OpenPart, type PartSession, type ReadyHold } from './open-part.ts'
import { SessionOver } from './session-over.ts'

/** Whose holds they are. */
export type Payer = { readonly caller: () => Caller; readonly ipTag: number; readonly setLimits: (limits: LimitState) => void }

/** Holds for one kind of parts of a session: those that are ready for what comes next, and the parts that are under way. */
export class Purse {
  readonly #gateway: Gateway
  readonly #payer: Payer
  readonly #ready: ReadyHold[] = []
  readonly #open = new Map<string, OpenPart>()
  #isClosed = false
  /** How the next part is planned; throws FailureError where it may not be had any more. */
  plan: (() => Plan) | undefined
  /** How many holds have to be ready before the client is heard further. */
  wanted = 0

  constructor(gateway: Gateway, payer: Payer) {
    this.#gateway = gateway
    this.#payer = payer
  }

  get isLacking(): boolean {
    return this.plan !== undefined && this.#ready.length < this.wanted
  }

  get openCount(): number {
    return this.#open.size
  }

  get openIds(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** Asks for one more hold. Fails as planning and holding do; throws SessionOver. */
  async add(): Promise<void> {
    if (this.#isClosed) throw new SessionOver()
    const plan = this.plan?.()
    if (plan === undefined) return
    const { caller, ipTag, setLimits } = this.#payer
    const requestId = this.#gateway.ids.uuid()
    const held = await hold(this.#gateway, { caller: caller(), plan, requestId, ipTag, isPart: true, setLimits })
    this.#ready.push({ held, plan })
    // A grant that comes when all was given back already.
    if (this.#isClosed) this.#giveBack()
  }

  /** A part begins under a hold that is ready; false where none is. */
  begin(id: string, session: PartSession): boolean {
    if (this.#open.has(id)) return true
    const ready = this.#ready.shift()
    if (ready === undefined) return false
    this.#open.set(id, new OpenPart(this.#gateway, { ready, session }))
    return true
  }

  /** The same where a part begins sooner than its hold is there: it waits for it. Throws HoldRefused, SessionOver. */
  async beginSurely(id: string, session: PartSession): Promise<void> {
    if (this.begin(id, session)) return
    try {
      await this.add()
    } catch (thrown) {
      throw thrown instanceof FailureError ? new HoldRefused(thrown.failure, true) : thrown
    }
    this.begin(id, session)
  }

  partOf(id: string): OpenPart | undefined {
    return this.#open.get(id)
  }

  /** A part has ended and is settled; undefined where there is none. */
  end(id: string, outcome: Outcome, status: number): ReturnType<OpenPart['settle']> | undefined {
    const usage = this.#open.get(id)?.settle(outcome, status)
    this.#open.delete(id)
    return usage
  }

  /** Gives back what is ready, as nothing more of its kind comes. */
  rest(): void {
    this.wanted = 0
    this.#giveBack()
  }

  /** Settles what is under way and gives back what is ready. */
  close(outcome: Outcome, status: number): void {
    this.#isClosed = true
    for (const id of this.openIds) this.end(id, outcome, status)
    this.#giveBack()
  }

  #giveBack(): void {
    for (const { held } of this.#ready.splice(0)) this.#gateway.control.settle(voidSettlement(held.message, held.granted))
  }
}
